//! The reducer, without a window.
