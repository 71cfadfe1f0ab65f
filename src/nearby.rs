//! Addresses of this computer, and (later) rooms found on the network.
