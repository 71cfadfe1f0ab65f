//! The person's own part of the registry. Compiled on Windows only.

use windows_registry::{CURRENT_USER, Result};

use crate::platform::autostart::Values;

/// What Windows answers where there is no such key or value.
const NOT_FOUND: i32 = 0x8007_0002_u32.cast_signed();

/// The registry under `HKEY_CURRENT_USER`.
pub(in crate::platform) struct OfThePerson;

impl Values for OfThePerson {
    fn text(&self, key: &str, name: &str) -> std::result::Result<Option<String>, String> {
        found(CURRENT_USER.open(key).and_then(|key| key.get_string(name)))
    }

    fn first_byte(&self, key: &str, name: &str) -> std::result::Result<Option<u8>, String> {
        let value = found(CURRENT_USER.open(key).and_then(|key| key.get_value(name)))?;
        Ok(value.and_then(|value| value.first().copied()))
    }

    fn write(&self, key: &str, name: &str, text: &str) -> std::result::Result<(), String> {
        let written = CURRENT_USER.create(key).and_then(|key| key.set_string(name, text));
        written.map_err(|error| error.message())
    }

    fn remove(&self, key: &str, name: &str) -> std::result::Result<(), String> {
        let key = CURRENT_USER.options().write().open(key);
        found(key.and_then(|key| key.remove_value(name))).map(|_| ())
    }
}

fn found<T>(answer: Result<T>) -> std::result::Result<Option<T>, String> {
    match answer {
        Ok(value) => Ok(Some(value)),
        Err(error) if error.code().0 == NOT_FOUND => Ok(None),
        Err(error) => Err(error.message()),
    }
}
