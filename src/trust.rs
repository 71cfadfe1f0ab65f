//! Keys, certificates and pins; turns a byte stream into an authenticated one.
