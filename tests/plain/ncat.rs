//! `ncat` as a server, as people start it.

use std::io::{BufRead, BufReader};
use std::net::{SocketAddr, TcpListener};
use std::process::{Child, Command, Stdio};

use crate::program::installed;

/// A running server, ended when dropped.
pub struct Ncat {
    pub address: SocketAddr,
    child: Child,
}

impl Ncat {
    /// Starts it as `--chat` or `--broker`; none where it is not installed.
    pub fn start(kind: &str) -> Option<Self> {
        if !installed("ncat") {
            return None;
        }
        loop {
            // It takes no port 0, so a free one is looked for; somebody else may be quicker.
            let address = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
            let port = address.port().to_string();
            let mut command = Command::new("ncat");
            command.args(["-v", "-l", kind, "127.0.0.1", &port]);
            command.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::piped());
            let mut child = command.spawn().unwrap();
            let said = BufReader::new(child.stderr.take().unwrap()).lines().map_while(Result::ok);
            if said.into_iter().any(|line| line.contains("Listening on")) {
                return Some(Self { address, child });
            }
            child.wait().unwrap();
        }
    }
}

impl Drop for Ncat {
    fn drop(&mut self) {
        let _ended = self.child.kill();
        let _status = self.child.wait();
    }
}
