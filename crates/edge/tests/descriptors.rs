//! Running out of descriptors. The limit is the process's, so this binary has one test.

mod support;

use std::fs::File;
use std::io::Write;
use std::net::TcpStream;

use holdfast_edge::http::{Answer, Connections};
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use socket2::{Domain, Socket, Type};
use support::PATIENCE;
use support::site::{Site, read_response, read_to_end};

const REQUEST: &[u8] = b"GET / HTTP/1.1\r\nHost: a\r\n\r\n";

#[test]
fn without_descriptors_clients_are_refused_and_the_rest_goes_on() {
    // Nothing is kept back here, so that `accept` itself fails.
    let site = Site::start(
        |config| config.connections = Connections::at_most(usize::MAX),
        |_, _| Box::pin(async { Answer::text(200, "served") }),
    );
    let mut served = site.connect();
    served.write_all(REQUEST).expect("written");
    assert_eq!(read_response(&mut served).1, "served\n");

    let limit = getrlimit(Resource::Nofile);
    setrlimit(Resource::Nofile, Rlimit { current: Some(200), maximum: limit.maximum }).expect("lowered");
    // The clients are of this process too: they have their descriptors before the server has none.
    let clients: Vec<Socket> =
        (0..4).map(|_| Socket::new(Domain::IPV4, Type::STREAM, None).expect("a socket")).collect();
    let hoard: Vec<File> = std::iter::from_fn(|| File::open("/dev/null").ok()).collect();
    assert!(!hoard.is_empty());
    let mut refused_clients = Vec::new();
    for client in clients {
        client.connect(&site.address.into()).expect("the kernel lets it in");
        let mut client = TcpStream::from(client);
        client.set_read_timeout(Some(PATIENCE)).expect("a timeout");
        client.write_all(REQUEST).expect("written");
        let refused = read_to_end(&mut client);
        assert!(refused.starts_with("HTTP/1.1 503 Service Unavailable\r\n"), "{refused:?}");
        // Its descriptor stays taken.
        refused_clients.push(client);
    }
    assert!(site.notice().contains("no file descriptors are left"));
    served.write_all(REQUEST).expect("written");
    assert_eq!(read_response(&mut served).1, "served\n", "who is in stays in");

    drop(hoard);
    let mut next = site.connect();
    next.write_all(REQUEST).expect("written");
    assert_eq!(read_response(&mut next).1, "served\n");
    assert_eq!(site.notice(), "accepting connections again after refusing 4");
}
