//! Listener, ring, dialling: the shell around the room on tokio.
