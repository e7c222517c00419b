//! `cargo xtask serve`: builds the playground, serves it on localhost, and builds again what changes.

mod files;

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, TcpListener};
use std::path::PathBuf;
use std::time::{Duration, Instant};

use crate::args::{DEFAULT_PORT, Serve};
use crate::build::{self, Form, engine, package, playground};
use crate::error::{Error, Result};
use crate::fresh::Stamp;
use crate::process::Job;
use crate::step::spoken;
use crate::{project, tools};

/// How often the sources are looked at while the playground is served.
const LOOK_EVERY: Duration = Duration::from_millis(700);

/// Runs until it is interrupted.
pub(crate) fn run(options: &Serve) -> Result<()> {
    let began = Instant::now();
    // Asked first, so that nobody waits for a build that cannot be served; the port itself answers only when
    // there is something to serve.
    drop(listen(options.port)?);
    tools::ensure(&build::TOOLS)?;
    let form = if options.release { Form::Optimised } else { Form::Fast };
    let site = build_site(form)?;

    for listener in listen(options.port)? {
        files::serve(listener, site.clone());
    }
    let address = format!("http://localhost:{}/", options.port);
    println!("\nReady after {}. The playground: {address}", spoken(began.elapsed()));
    println!("A change to the sources is built by itself; reload the page then. Ctrl-C ends it.");
    if options.open {
        open(&address);
    }
    rebuild_on_change(form)
}

fn build_site(form: Form) -> Result<PathBuf> {
    engine::ensure(form)?;
    package::ensure()?;
    playground::ensure(form)
}

fn rebuild_on_change(form: Form) -> Result<()> {
    let mut seen = sources();
    loop {
        std::thread::sleep(LOOK_EVERY);
        let now = sources();
        if now.same_as(&seen) {
            continue;
        }
        let began = Instant::now();
        println!();
        match build_site(form) {
            Ok(_) => println!("Built in {}: reload the page.", spoken(began.elapsed())),
            // The last good build is served on until the next change.
            Err(error) => eprintln!("{error}"),
        }
        // As it was before the build: what changed meanwhile is built next.
        seen = now;
    }
}

fn sources() -> Stamp {
    Stamp::of("sources", &["Cargo.toml", "Cargo.lock", "Trunk.toml", "crates", "www"].map(project::path), &[])
}

/// Listens on both of localhost's addresses, so that no other program can answer on one of them.
fn listen(port: u16) -> Result<Vec<TcpListener>> {
    let mut listeners = Vec::new();
    for ip in [IpAddr::V4(Ipv4Addr::LOCALHOST), IpAddr::V6(Ipv6Addr::LOCALHOST)] {
        match TcpListener::bind(SocketAddr::new(ip, port)) {
            Ok(listener) => listeners.push(listener),
            Err(error) if error.kind() == std::io::ErrorKind::AddrInUse => {
                return Err(Error::PortTaken { port, free: free_port() });
            }
            // A machine without IPv6 has one address only.
            Err(_) if ip.is_ipv6() && !listeners.is_empty() => {}
            Err(source) => return Err(Error::Io { path: format!("port {port}").into(), source }),
        }
    }
    Ok(listeners)
}

/// A port above the usual one that is free now.
fn free_port() -> Option<u16> {
    let is_free = |port: &u16| {
        TcpListener::bind((Ipv4Addr::LOCALHOST, *port)).is_ok()
            && !TcpListener::bind((Ipv6Addr::LOCALHOST, *port))
                .is_err_and(|error| error.kind() == std::io::ErrorKind::AddrInUse)
    };
    (DEFAULT_PORT + 1..DEFAULT_PORT + 100).find(is_free)
}

/// Opens the address in the reader's browser; where that is not possible the printed address will do.
fn open(address: &str) {
    let opener = if cfg!(target_os = "macos") { "open" } else { "xdg-open" };
    let _ = Job::new("The browser", opener).arg(address).probe();
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_taken_port_is_named_with_a_free_one() {
        let taken = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let port = taken.local_addr().unwrap().port();
        let sentence = listen(port).err().unwrap().to_string();
        assert!(sentence.starts_with(&format!("Port {port} is taken")), "{sentence}");
        assert!(sentence.contains("--port"), "{sentence}");
    }
}
