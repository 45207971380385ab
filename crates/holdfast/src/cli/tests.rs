//! Command lines and what they mean.

use super::*;
use holdfast_edge::Compression;

#[track_caller]
fn dev(line: &str) -> (Dev, Vec<String>) {
    let words = ["holdfast", "dev"].into_iter().chain(line.split_whitespace()).map(OsString::from);
    let parsed = parse(words).unwrap_or_else(|error| panic!("{line}: {error}"));
    match parsed.command {
        Command::Dev(dev) => (*dev, parsed.remarks),
        other => panic!("{other:?}"),
    }
}

#[test]
fn the_command_line_is_consistent() {
    use clap::CommandFactory;
    Cli::command().debug_assert();
}

#[test]
fn defaults() {
    let (dev, remarks) = dev("");
    assert_eq!(dev.hibernate_after, Duration::from_secs(10));
    assert_eq!((dev.log_format, dev.log_level), (LogFormat::Text, LogLevel::Log));
    assert_eq!(dev.websockets.limits().ping_after, Duration::from_secs(30));
    assert!(matches!(dev.websockets.compression(), Compression::Stateless));
    assert_eq!(dev.websockets.hold(), holdfast_host::Hold::Resets);
    assert!(remarks.is_empty() && dev.project.config.is_empty() && dev.trusted_proxy.is_empty());
    assert_eq!(dev.listen(&holdfast_config::Dev::default()).unwrap().to_string(), "127.0.0.1:8787");
    assert_eq!(dev.state_folder(Path::new("/p")), Path::new("/p/.holdfast/state"));
}

#[test]
fn everything() {
    let (dev, _) = dev(
        "src/a.ts -c a.toml --config b.toml -e test --port 0 --ip :: --var A:1 B:x:y --var C: \
         --persist-to s --hibernate-after 500ms --cpu-limit 2s --memory-limit 64MB --websocket-compression takeover \
         --call-wait-limit 5s --call-rate-limit 10000 \
         --websocket-hold never \
         --websocket-ping-after 5s --websocket-pong-within 2s --trusted-proxy 10.0.0.0/8 --trusted-proxy ::1 \
         --threads 2 --log-format json --log-level error --name n --compatibility-date 2026-01-31 \
         --compatibility-flags a b --compatibility-flag c --define V:1 --alias a:b --cwd x",
    );
    let pairs: Vec<_> = dev.project.var.iter().map(|(key, value)| (key.as_str(), value.as_str())).collect();
    assert_eq!(pairs, [("A", "1"), ("B", "x:y"), ("C", "")]);
    assert_eq!(dev.project.script.as_deref(), Some(Path::new("src/a.ts")));
    assert_eq!(dev.project.config, [Path::new("a.toml"), Path::new("b.toml")]);
    assert_eq!(dev.project.env.as_deref(), Some("test"));
    assert_eq!(dev.project.compatibility_flags, ["a", "b", "c"]);
    assert_eq!(dev.hibernate_after, Duration::from_millis(500));
    assert_eq!((dev.cpu_limit, dev.memory_limit), (Some(Duration::from_secs(2)), 64 << 20));
    assert_eq!((dev.call_wait_limit, dev.call_rate_limit), (Duration::from_secs(5), NonZeroU32::new(10_000)));
    assert_eq!(dev.trusted_proxy.len(), 2);
    let limits = dev.websockets.limits();
    assert_eq!((limits.ping_after, limits.pong_max), (Duration::from_secs(5), Duration::from_secs(2)));
    assert!(matches!(dev.websockets.compression(), Compression::Takeover(_)));
    assert_eq!(dev.websockets.hold(), holdfast_host::Hold::Never);
    assert_eq!(dev.listen(&holdfast_config::Dev::default()).unwrap().to_string(), "[::]:0");
}

#[test]
fn the_configuration_says_where_to_listen() {
    let config = holdfast_config::Dev { ip: Some("localhost".into()), port: Some(9000) };
    assert_eq!(dev("").0.listen(&config).unwrap().to_string(), "127.0.0.1:9000");
    assert_eq!(dev("--port 1 --ip *").0.listen(&config).unwrap().to_string(), "0.0.0.0:1");
    let wrong = holdfast_config::Dev { ip: Some("here".into()), port: None };
    assert_eq!(dev("").0.listen(&wrong).unwrap_err(), "\"dev.ip\": \"here\" is not an IP address");
}

#[test]
fn flags_of_wrangler_are_dropped() {
    let check = |line: &str, remarks: &[&str]| {
        let (dev, found) = dev(&format!("{line} --port 1 src/a.ts"));
        assert_eq!(
            (dev.port, dev.project.script.as_deref()),
            (Some(1), Some(Path::new("src/a.ts"))),
            "{line}"
        );
        assert_eq!(found, remarks, "{line}");
    };
    check("--local -l --local=false --no-local --local true", &[]);
    check("--show-interactive-dev-session=false --no-show-interactive-dev-session", &[]);
    check(
        "--inspector-port 9229 --inspector-port=0 --inspector-ip 0.0.0.0 --host a.com --upstream-protocol https",
        &[],
    );
    check(
        "--live-reload --test-scheduled --no-bundle --minify --x-versions --experimental-vectorize-bind-to-prod",
        &[],
    );
    check("--routes a.com/* b.com/*", &[]);
    check("--remote false --no-remote", &[]);
    check("--remote", &["--remote is ignored: programs run on this machine"]);
    check("-r", &["-r is ignored: programs run on this machine"]);
    check("--assets ./public", &["--assets is ignored: static assets are not supported yet"]);
    check("--env-file .env .env.local", &["--env-file is ignored: put the variables in .dev.vars"]);
}

#[track_caller]
fn check_usage_error(line: &str, expected: &str) {
    let words = ["holdfast"].into_iter().chain(line.split_whitespace()).map(OsString::from);
    let error = parse(words).expect_err(line);
    assert_eq!(error.exit_code(), Exit::Usage as i32, "{line}");
    assert!(error.to_string().contains(expected), "{line}: {error}");
}

#[test]
fn usage_errors() {
    check_usage_error("dev --prot 1", "--port");
    check_usage_error("dev --port x", "invalid value 'x' for '--port <PORT>'");
    check_usage_error("dev --var A", "it should be NAME:VALUE");
    check_usage_error("dev --hibernate-after soon", "as in 10s");
    check_usage_error("dev --ip here", "\"here\" is not an IP address");
    check_usage_error("dev --trusted-proxy 10.0.0.0/99", "such as 10.0.0.0/8");
    check_usage_error("init", "<FOLDER>");
    check_usage_error("init x --template nope", "chat");
    check_usage_error("deploy", "unrecognized subcommand 'deploy'");
}

#[test]
fn help_and_version() {
    for (line, expected) in [
        ("--help", "holdfast init my-chat --template chat"),
        ("--help", "Exit codes:"),
        ("dev --help", "wrangler"),
        ("init --help", "chat"),
        ("--version", env!("CARGO_PKG_VERSION")),
    ] {
        let words = ["holdfast"].into_iter().chain(line.split_whitespace()).map(OsString::from);
        let output = parse(words).expect_err(line);
        assert_eq!(output.exit_code(), 0);
        assert!(output.to_string().contains(expected), "{line}: {output}");
    }
}
