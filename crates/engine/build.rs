//! Links JavaScriptCore: the system framework on macOS, the GTK port's shared library (found by pkg-config) elsewhere.
//!
//! A machine without the library gets a message that names the package, not a linker error.

use std::process::Command;

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-env-changed=PKG_CONFIG");
    println!("cargo::rerun-if-env-changed=PKG_CONFIG_PATH");
    if std::env::var("CARGO_CFG_TARGET_OS").as_deref() == Ok("macos") {
        println!("cargo::rustc-link-lib=framework=JavaScriptCore");
        println!("cargo::rustc-link-lib=framework=CoreFoundation");
        return;
    }
    link("javascriptcoregtk-6.0", "libjavascriptcoregtk-6.0-dev");
    link("glib-2.0", "libglib2.0-dev");
}

/// Emits the link flags of one pkg-config package, or stops the build with the Debian package to install.
fn link(name: &str, debian_package: &str) {
    let tool = std::env::var("PKG_CONFIG").unwrap_or_else(|_| "pkg-config".to_owned());
    let flags = match Command::new(&tool).args(["--libs", name]).output() {
        Ok(output) if output.status.success() => String::from_utf8_lossy(&output.stdout).into_owned(),
        Ok(output) => fail(name, debian_package, String::from_utf8_lossy(&output.stderr).trim()),
        Err(error) => {
            fail(name, &format!("pkg-config {debian_package}"), &format!("cannot run {tool}: {error}"))
        }
    };
    for flag in flags.split_whitespace() {
        if let Some(library) = flag.strip_prefix("-l") {
            println!("cargo::rustc-link-lib={library}");
        } else if let Some(directory) = flag.strip_prefix("-L") {
            println!("cargo::rustc-link-search=native={directory}");
        }
    }
}

fn fail(name: &str, debian_package: &str, reason: &str) -> ! {
    println!("cargo::error=cannot link {name}: {reason}");
    println!("cargo::error=on Debian or Ubuntu install it with: apt-get install {debian_package}");
    println!(
        "cargo::error=elsewhere install JavaScriptCoreGTK 6.0 (a part of WebKitGTK) with its development files"
    );
    std::process::exit(1)
}
