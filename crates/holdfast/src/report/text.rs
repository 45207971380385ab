//! Events as text, for a terminal or a pipe.

use std::fmt::Write as _;
use std::path::Path;
use std::time::Duration;

use super::Event;
use super::problem::{Place, Problem, shown};
use crate::cli::LogLevel;

/// What the reader's screen can do.
#[derive(Debug, Clone, Copy)]
pub(super) struct Style {
    pub(super) colours: bool,
    pub(super) symbols: bool,
}

/// Source lines longer than this show only the part around the place.
const SOURCE_WIDTH_MAX: usize = 100;

const BOLD: &str = "1";
const DIM: &str = "2";
const RED: &str = "31";
const GREEN: &str = "32";
const YELLOW: &str = "33";
const BLUE: &str = "34";
const CYAN: &str = "36";
const BOLD_RED: &str = "1;31";
const BOLD_YELLOW: &str = "1;33";

/// The event with its line end.
pub(super) fn line(event: Event<'_>, folder: &Path, style: Style) -> String {
    let mut text = match event {
        Event::Ready { url } => {
            format!(
                "{}{} {}",
                style.symbol(GREEN, "●"),
                style.paint(BOLD, "Ready on"),
                style.paint(CYAN, url)
            )
        }
        Event::Request { method, path, status, took } => {
            let colour = match status {
                0..=199 => BLUE,
                200..=299 => GREEN,
                300..=399 => CYAN,
                400..=499 => YELLOW,
                _ => RED,
            };
            let status = style.paint(colour, &status.to_string());
            format!("{method} {path} {status} {}", style.paint(DIM, &milliseconds(took)))
        }
        Event::Console { level, text, place, worker } => console(level, text, place, worker, style),
        Event::Note { text } => style.paint(DIM, text),
        Event::Reloaded { files, took } => {
            let names: Vec<_> = files.iter().take(3).map(|file| shown(file, folder)).collect();
            let more = if files.len() > 3 { format!(" and {} more", files.len() - 3) } else { String::new() };
            let what = format!("Reloaded {}{more}", names.join(", "));
            format!("{}{what} {}", style.symbol(CYAN, "↻"), style.paint(DIM, &milliseconds(took)))
        }
        Event::Warning(problem) => {
            let title = style.paint(BOLD_YELLOW, "warning");
            block(problem, &format!("{}{title}", style.symbol(YELLOW, "▲")), YELLOW, folder, style)
        }
        Event::Error(problem) => {
            let title = style.paint(BOLD_RED, "error");
            block(problem, &format!("{}{title}", style.symbol(RED, "✘")), RED, folder, style)
        }
    };
    text.push('\n');
    text
}

fn console(level: LogLevel, text: &str, place: &str, worker: Option<&str>, style: Style) -> String {
    let mut line = String::new();
    if let Some(worker) = worker {
        let _ = write!(line, "{} ", style.paint(BLUE, &format!("[{worker}]")));
    }
    if !place.is_empty() {
        let _ = write!(line, "{}  ", style.paint(DIM, place));
    }
    match level {
        LogLevel::Error => line.push_str(&style.paint(RED, text)),
        LogLevel::Warn => line.push_str(&style.paint(YELLOW, text)),
        LogLevel::Debug => line.push_str(&style.paint(DIM, text)),
        _ => line.push_str(text),
    }
    line
}

/// A problem as a block: title, place and message; the line with its mark; the help; the stack.
fn block(problem: &Problem, title: &str, colour: &str, folder: &Path, style: Style) -> String {
    let mut text = format!("{title}: ");
    if let Some(file) = &problem.file {
        let _ = write!(text, "{}:", shown(file, folder));
        if let Some(place) = &problem.place {
            let _ = write!(text, "{}:{}:", place.line, place.column);
        }
        text.push(' ');
    }
    text.push_str(&style.paint(BOLD, &problem.message));
    let mut margin = 1;
    if let Some(place) = problem.place.as_ref().filter(|place| !place.text.is_empty()) {
        let number = place.line.to_string();
        margin = number.len();
        let (source, lead, width) = clip(place);
        let gutter = style.paint(BLUE, &format!("{:margin$} |", ""));
        let _ = write!(text, "\n{gutter}\n{} {source}", style.paint(BLUE, &format!("{number} |")));
        let _ = write!(text, "\n{gutter} {lead}{}", style.paint(colour, &"^".repeat(width)));
    }
    if let Some(help) = &problem.help {
        let _ = write!(text, "\n{:margin$} {} {help}", "", style.paint(CYAN, "= help:"));
    }
    for frame in problem.stack.lines() {
        let _ = write!(text, "\n{}", style.paint(DIM, frame));
    }
    text
}

/// The source line, cut to what fits around the place; what stands before the mark; the mark's width.
fn clip(place: &Place) -> (String, String, usize) {
    let characters: Vec<char> =
        place.text.chars().map(|c| if c.is_control() && c != '\t' { ' ' } else { c }).collect();
    let at = (place.column.max(1) - 1).min(characters.len());
    let (from, to) = if characters.len() > SOURCE_WIDTH_MAX {
        let from = at.saturating_sub(SOURCE_WIDTH_MAX / 2).min(characters.len() - SOURCE_WIDTH_MAX);
        (from, from + SOURCE_WIDTH_MAX)
    } else {
        (0, characters.len())
    };
    let mut source = String::new();
    let mut lead = String::new();
    if from > 0 {
        source.push('…');
        lead.push(' ');
    }
    source.extend(&characters[from..to]);
    if to < characters.len() {
        source.push('…');
    }
    // Tabs are kept so that the mark stands under its place at any tab width.
    lead.extend(characters[from..at].iter().map(|c| if *c == '\t' { '\t' } else { ' ' }));
    (source, lead, place.width.clamp(1, (to - at).max(1)))
}

/// `0.4 ms`, `2 ms`, `1.5 s`.
fn milliseconds(took: Duration) -> String {
    let ms = took.as_secs_f64() * 1000.0;
    if ms < 0.95 {
        format!("{ms:.1} ms")
    } else if ms < 999.5 {
        format!("{ms:.0} ms")
    } else {
        format!("{:.1} s", ms / 1000.0)
    }
}

impl Style {
    pub(super) const PLAIN: Self = Self { colours: false, symbols: false };

    fn paint(self, colour: &str, text: &str) -> String {
        if self.colours { format!("\x1b[{colour}m{text}\x1b[0m") } else { text.to_owned() }
    }

    fn symbol(self, colour: &str, symbol: &str) -> String {
        if self.symbols { format!("{} ", self.paint(colour, symbol)) } else { String::new() }
    }
}
