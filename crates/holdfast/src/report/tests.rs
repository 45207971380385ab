//! What is written, line by line.

use super::*;
use crate::report::problem::Place;

/// A writer whose content can be read afterwards.
#[derive(Clone, Default)]
struct Paper(Arc<Mutex<Vec<u8>>>);

impl Write for Paper {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

fn written(look: Look, level: LogLevel, events: &[Event<'_>]) -> String {
    let paper = Paper::default();
    let report = Report::to(paper.clone(), look, level, Path::new("/p"));
    for event in events {
        report.event(*event);
    }
    let bytes = paper.0.lock().unwrap().clone();
    String::from_utf8(bytes).unwrap()
}

fn problem() -> Problem {
    Problem {
        message: "expected a string for \"name\", found a number".to_owned(),
        file: Some("/p/wrangler.toml".into()),
        place: Some(Box::new(Place { line: 12, column: 9, text: "\tname = 12".to_owned(), width: 2 })),
        help: Some("put quotes round it".to_owned()),
        stack: String::new(),
    }
}

const MS: Duration = Duration::from_millis(1);

#[test]
fn plain_lines() {
    let files = ["/p/src/a.ts", "/q/b.ts", "c", "d"].map(PathBuf::from);
    let console = |level, place, worker| Event::Console { level, text: "hello", place, worker };
    for (event, expected) in [
        (Event::Ready { url: "http://127.0.0.1:8787" }, "Ready on http://127.0.0.1:8787\n"),
        (Event::Request { method: "GET", path: "/chat", status: 101, took: 2 * MS }, "GET /chat 101 2 ms\n"),
        (Event::Request { method: "GET", path: "/", status: 200, took: MS / 4 }, "GET / 200 0.2 ms\n"),
        (Event::Request { method: "PUT", path: "/", status: 500, took: 1500 * MS }, "PUT / 500 1.5 s\n"),
        (console(LogLevel::Log, "src/index.ts:12", None), "src/index.ts:12  hello\n"),
        (console(LogLevel::Error, "", Some("rooms")), "[rooms] hello\n"),
        (Event::Reloaded { files: &files[..1], took: 80 * MS }, "Reloaded src/a.ts 80 ms\n"),
        (
            Event::Reloaded { files: &files, took: 80 * MS },
            "Reloaded src/a.ts, /q/b.ts, c and 1 more 80 ms\n",
        ),
        (Event::Note { text: "bye" }, "bye\n"),
        (Event::Warning(&Problem::new("odd")), "warning: odd\n"),
    ] {
        assert_eq!(written(Look::Plain, LogLevel::Log, &[event]), expected);
    }
}

#[test]
fn a_problem_is_a_block() {
    assert_eq!(
        written(Look::Plain, LogLevel::Log, &[Event::Error(&problem())]),
        "error: wrangler.toml:12:9: expected a string for \"name\", found a number\n   |\n12 | \tname = 12\n   | \t       ^^\n   = help: put quotes round it\n"
    );
    let thrown = Problem { stack: "    at f (src/a.ts:1:2)".to_owned(), ..Problem::new("Error: no") };
    assert_eq!(
        written(Look::Plain, LogLevel::Log, &[Event::Error(&thrown)]),
        "error: Error: no\n    at f (src/a.ts:1:2)\n"
    );
}

#[test]
fn a_long_source_line_is_cut_around_its_place() {
    let text = format!("{}HERE{}", "a".repeat(500), "b".repeat(500));
    let place = Some(Box::new(Place { line: 1, column: 501, text, width: 4 }));
    let shown = written(Look::Plain, LogLevel::Log, &[Event::Error(&Problem { place, ..problem() })]);
    let lines: Vec<_> = shown.lines().collect();
    assert_eq!(lines[2].chars().count(), "1 | ".len() + SOURCE_AND_DOTS);
    let mark = lines[3].find('^').unwrap();
    let under: String = lines[2].chars().skip(mark).take(4).collect();
    assert_eq!(under, "HERE");
}

const SOURCE_AND_DOTS: usize = 102;

#[test]
fn a_place_past_the_line_is_still_marked() {
    let place = Some(Box::new(Place { line: 1, column: 99, text: "ab".to_owned(), width: 9 }));
    let shown = written(Look::Plain, LogLevel::Log, &[Event::Error(&Problem { place, ..problem() })]);
    assert!(shown.contains("1 | ab\n  |   ^\n"), "{shown}");
}

#[test]
fn levels() {
    let events = [
        Event::Ready { url: "u" },
        Event::Request { method: "GET", path: "/", status: 200, took: MS },
        Event::Console { level: LogLevel::Debug, text: "d", place: "", worker: None },
        Event::Warning(&Problem::new("w")),
        Event::Error(&Problem::new("e")),
    ];
    for (level, lines) in [
        (LogLevel::Debug, 5),
        (LogLevel::Log, 4),
        (LogLevel::Warn, 3),
        (LogLevel::Error, 2),
        (LogLevel::None, 1),
    ] {
        let shown = written(Look::Plain, level, &events);
        assert_eq!(shown.lines().count(), lines, "{level:?}");
        assert!(shown.starts_with("Ready on u\n"));
    }
}

#[test]
fn json_lines() {
    let took = Duration::from_micros(2345);
    let request = Event::Request { method: "GET", path: "/\"", status: 101, took };
    let console = Event::Console { level: LogLevel::Warn, text: "a\nb", place: "a.ts:1", worker: Some("w") };
    let shown = written(Look::Json, LogLevel::Debug, &[request, console, Event::Error(&problem())]);
    let lines: Vec<serde_json::Value> =
        shown.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(lines[0]["type"], "request");
    assert_eq!(
        (&lines[0]["path"], &lines[0]["status"], &lines[0]["ms"]),
        (&"/\"".into(), &101.into(), &2.35.into())
    );
    assert_eq!(
        (&lines[1]["level"], &lines[1]["message"], &lines[1]["worker"]),
        (&"warn".into(), &"a\nb".into(), &"w".into())
    );
    assert_eq!(
        (&lines[2]["file"], &lines[2]["line"], &lines[2]["column"]),
        (&"wrangler.toml".into(), &12.into(), &9.into())
    );
    assert!(lines.iter().all(|line| line["time"].as_str().unwrap().ends_with('Z')));
}

#[test]
fn colours_and_symbols() {
    let terminal = Look::Terminal { symbols: true };
    let shown = written(terminal, LogLevel::Log, &[Event::Ready { url: "http://a" }]);
    assert_eq!(shown, "\x1b[32m●\x1b[0m \x1b[1mReady on\x1b[0m \x1b[36mhttp://a\x1b[0m\n");
}

#[test]
fn the_environment_chooses_the_look() {
    let check = |variables: &[(&str, &str)], terminal: bool, expected: Look| {
        let variable =
            |name: &str| variables.iter().find(|(key, _)| *key == name).map(|(_, value)| (*value).to_owned());
        assert_eq!(look(variable, terminal), expected, "{variables:?}");
    };
    let utf8 = ("LANG", "en_US.UTF-8");
    check(&[], false, Look::Plain);
    check(&[utf8], true, Look::Terminal { symbols: true });
    check(&[("LC_ALL", "C"), utf8], true, Look::Terminal { symbols: false });
    check(&[("NO_COLOR", "1"), ("CLICOLOR_FORCE", "1")], true, Look::Plain);
    check(&[("NO_COLOR", "")], true, Look::Terminal { symbols: false });
    check(&[("TERM", "dumb")], true, Look::Plain);
    check(&[("CLICOLOR_FORCE", "1"), utf8], false, Look::Terminal { symbols: false });
    check(&[("CLICOLOR_FORCE", "0")], false, Look::Plain);
}
