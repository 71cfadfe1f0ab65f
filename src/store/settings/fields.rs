//! Which fields a kind of value has, as its derived `Deserialize` names them, so that no list of them is kept twice.

use serde::de::value::Error;
use serde::de::{Deserialize, Deserializer, Error as _, Visitor};
use serde::forward_to_deserialize_any;

/// The names of the fields of `T` in a file; none where it is no struct.
pub(super) fn of<'de, T: Deserialize<'de>>() -> &'static [&'static str] {
    let mut fields: &'static [&'static str] = &[];
    // It holds no value, so the only answer is that there is none.
    drop(T::deserialize(Asked(&mut fields)));
    fields
}

/// Holds nothing, and notes which fields it was asked for.
struct Asked<'a>(&'a mut &'static [&'static str]);

impl<'de> Deserializer<'de> for Asked<'_> {
    type Error = Error;

    fn deserialize_any<V: Visitor<'de>>(self, _visitor: V) -> Result<V::Value, Error> {
        Err(Error::custom("nothing is here"))
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _name: &'static str,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        *self.0 = fields;
        self.deserialize_any(visitor)
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf option unit
        unit_struct newtype_struct seq tuple tuple_struct map enum identifier ignored_any
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::types::Settings;

    #[test]
    fn every_field_is_named_and_a_plain_value_has_none() {
        let fields = of::<Settings>();
        assert!(["nickname", "renderer", "window"].iter().all(|name| fields.contains(name)), "{fields:?}");
        assert_eq!(of::<u8>(), <&[&str]>::default());
    }
}
