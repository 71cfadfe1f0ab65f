//! The published `assets/hallway.proto` says what the Rust types do: same names, numbers and types.
//!
//! Each message is filled from the published file with the largest values of the published types. Read by
//! our type and printed, it must look as the published one does, and written again be the same bytes.

#![expect(clippy::expect_used, clippy::unwrap_used, reason = "a test may panic")]

use std::collections::BTreeSet;

use hallway::wire::{kind, proto};
use prost::Message;
use prost::encoding::{WireType, encode_key, encode_varint};
use prost_reflect::{
    DescriptorPool, DynamicMessage, EnumDescriptor, FieldDescriptor, Kind, MessageDescriptor, ReflectMessage,
    Value,
};

fn published() -> DescriptorPool {
    let root = env!("CARGO_MANIFEST_DIR");
    let files = protox::compile(["assets/hallway.proto"], [root]).unwrap();
    DescriptorPool::from_file_descriptor_set(files).unwrap()
}

/// Holds the type `M` against the published message of its name, which it returns.
fn same<M: Message + Default + std::fmt::Debug>(pool: &DescriptorPool) -> String {
    let name = std::any::type_name::<M>().rsplit("::").next().unwrap().to_owned();
    let published = pool.get_message_by_name(&format!("hallway.v1.{name}")).expect(&name);

    let full = filled(&published);
    let bytes = full.encode_to_vec();
    let ours = M::decode(&bytes[..]).unwrap();
    assert_eq!(format!("{ours:?}"), printed(&full));
    assert_eq!(ours.encode_to_vec(), bytes, "{name}");

    // What is wider here than published would keep what the published type cuts off.
    let wide = with_wide_numbers(&published);
    let cut = DynamicMessage::decode(published, &wide[..]).unwrap();
    assert_eq!(format!("{:?}", M::decode(&wide[..]).unwrap()), printed(&cut));
    name
}

fn filled(published: &MessageDescriptor) -> DynamicMessage {
    let mut message = DynamicMessage::new(published.clone());
    for field in published.fields() {
        let value = match field.kind() {
            Kind::Uint32 => Value::U32(u32::MAX),
            Kind::Uint64 | Kind::Fixed64 => Value::U64(u64::MAX),
            Kind::Int64 => Value::I64(i64::MIN),
            Kind::Bool => Value::Bool(true),
            Kind::String => Value::String(format!("text of {}", field.name())),
            Kind::Bytes => Value::Bytes(format!("bytes of {}", field.name()).into()),
            Kind::Enum(values) => Value::EnumNumber(values.values().last().unwrap().number()),
            Kind::Message(inner) => Value::Message(filled(&inner)),
            other => panic!("{}: a type that we do not use: {other:?}", field.full_name()),
        };
        let value = if field.is_list() { Value::List(vec![value.clone(), value]) } else { value };
        message.set_field(&field, value);
    }
    message
}

fn with_wide_numbers(published: &MessageDescriptor) -> Vec<u8> {
    let mut bytes = Vec::new();
    for field in published.fields().filter(|field| field.kind() == Kind::Uint32 && !field.is_list()) {
        encode_key(field.number(), WireType::Varint, &mut bytes);
        encode_varint((1 << 40) + 5, &mut bytes);
    }
    bytes
}

/// As `{:?}` shows our types: fields in the order of their numbers, `Some` where absence can be told.
fn printed(message: &DynamicMessage) -> String {
    let name = message.descriptor().name().to_owned();
    let mut fields: Vec<_> = message.descriptor().fields().collect();
    fields.sort_by_key(FieldDescriptor::number);
    let fields = fields.iter().map(|field| {
        let value = message.get_field(field);
        let shown = match &*value {
            Value::List(items) => {
                let items: Vec<_> = items.iter().map(|item| printed_value(field, item)).collect();
                format!("[{}]", items.join(", "))
            }
            value if !field.supports_presence() => printed_value(field, value),
            value if message.has_field(field) => format!("Some({})", printed_value(field, value)),
            _ => "None".to_owned(),
        };
        format!("{}: {shown}", field.name())
    });
    format!("{name} {{ {} }}", fields.collect::<Vec<_>>().join(", "))
}

fn printed_value(field: &FieldDescriptor, value: &Value) -> String {
    match (value, field.kind()) {
        (Value::U32(number), _) => number.to_string(),
        (Value::U64(number), _) => number.to_string(),
        (Value::I64(number), _) => number.to_string(),
        (Value::Bool(truth), _) => truth.to_string(),
        (Value::String(text), _) => format!("{text:?}"),
        (Value::Bytes(bytes), _) => format!("{bytes:?}"),
        (Value::EnumNumber(number), Kind::Enum(values)) => variant(&values, *number),
        (Value::Message(inner), _) => printed(inner),
        (other, kind) => panic!("{other:?} {kind:?}"),
    }
}

/// `DENIED_CODE_ROOM_FULL` of `DeniedCode` as Rust has it: `RoomFull`.
fn variant(values: &EnumDescriptor, number: i32) -> String {
    let camel = |text: &str| -> String {
        let words = text.split('_').map(|word| {
            let (first, rest) = word.split_at(1);
            first.to_owned() + &rest.to_lowercase()
        });
        words.collect()
    };
    let value = values.get_value(number).unwrap();
    camel(value.name()).strip_prefix(values.name()).expect("values begin with their enum's name").to_owned()
}

#[test]
fn every_published_message_is_ours_field_by_field() {
    let pool = published();
    let ours = BTreeSet::from([
        same::<proto::Behind>(&pool),
        same::<proto::Bye>(&pool),
        same::<proto::Denied>(&pool),
        same::<proto::Entry>(&pool),
        same::<proto::Ephemeral>(&pool),
        same::<proto::Events>(&pool),
        same::<proto::Fetch>(&pool),
        same::<proto::GuestBody>(&pool),
        same::<proto::Guests>(&pool),
        same::<proto::Hello>(&pool),
        same::<proto::House>(&pool),
        same::<proto::Introduce>(&pool),
        same::<proto::Introduced>(&pool),
        same::<proto::Ke1>(&pool),
        same::<proto::Ke2>(&pool),
        same::<proto::Ke3>(&pool),
        same::<proto::Link>(&pool),
        same::<proto::MemberBody>(&pool),
        same::<proto::RemovalBody>(&pool),
        same::<proto::RuleBody>(&pool),
        same::<proto::Standing>(&pool),
        same::<proto::StandingBody>(&pool),
        same::<proto::Standings>(&pool),
        same::<proto::NeedPassword>(&pool),
        same::<proto::OpResult>(&pool),
        same::<proto::Page>(&pool),
        same::<proto::Ping>(&pool),
        same::<proto::Pong>(&pool),
        same::<proto::PostBody>(&pool),
        same::<proto::Quota>(&pool),
        same::<proto::Refused>(&pool),
        same::<proto::Results>(&pool),
        same::<proto::Resume>(&pool),
        same::<proto::Roster>(&pool),
        same::<proto::RosterMember>(&pool),
        same::<proto::RosterPage>(&pool),
        same::<proto::SignedHead>(&pool),
        same::<proto::SignedOp>(&pool),
        same::<proto::Submit>(&pool),
        same::<proto::SuccessionBody>(&pool),
        same::<proto::Tail>(&pool),
        same::<proto::TailOffer>(&pool),
        same::<proto::TailTaken>(&pool),
        same::<proto::TailWanted>(&pool),
        same::<proto::Typing>(&pool),
        same::<proto::Waiting>(&pool),
        same::<proto::Welcome>(&pool),
    ]);
    let published: BTreeSet<_> = pool.all_messages().map(|message| message.name().to_owned()).collect();
    assert_eq!(ours, published);
}

#[test]
fn every_published_reason_is_ours_number_by_number() {
    fn same<E: TryFrom<i32> + std::fmt::Debug>(pool: &DescriptorPool, name: &str) {
        let values = pool.get_enum_by_name(&format!("hallway.v1.{name}")).unwrap();
        let published: Vec<_> =
            values.values().map(|value| (value.number(), variant(&values, value.number()))).collect();
        let ours: Vec<_> = (-1..1000)
            .filter_map(|number| Some((number, format!("{:?}", E::try_from(number).ok()?))))
            .collect();
        assert_eq!(ours, published, "{name}");
    }
    let pool = published();
    same::<proto::DeniedCode>(&pool, "DeniedCode");
    same::<proto::RefusedCode>(&pool, "RefusedCode");
    same::<proto::ByeReason>(&pool, "ByeReason");
    same::<proto::InviteEnded>(&pool, "InviteEnded");
}

#[test]
fn every_published_kind_is_ours() {
    let pool = published();
    let values = |name: &str| -> Vec<(String, i32)> {
        let values = pool.get_enum_by_name(name).unwrap();
        values.values().skip(1).map(|value| (variant(&values, value.number()), value.number())).collect()
    };
    let ours = [
        ("Hello", kind::HELLO),
        ("Welcome", kind::WELCOME),
        ("NeedPassword", kind::NEED_PASSWORD),
        ("Ke1", kind::KE1),
        ("Ke2", kind::KE2),
        ("Ke3", kind::KE3),
        ("Denied", kind::DENIED),
        ("Ping", kind::PING),
        ("Pong", kind::PONG),
        ("Bye", kind::BYE),
        ("Introduce", kind::INTRODUCE),
        ("Introduced", kind::INTRODUCED),
        ("Waiting", kind::WAITING),
        ("Submit", kind::SUBMIT),
        ("Results", kind::RESULTS),
        ("Events", kind::EVENTS),
        ("Behind", kind::BEHIND),
        ("Fetch", kind::FETCH),
        ("Page", kind::PAGE),
        ("Roster", kind::ROSTER),
        ("RosterPage", kind::ROSTER_PAGE),
        ("TailOffer", kind::TAIL_OFFER),
        ("Tail", kind::TAIL),
        ("TailWanted", kind::TAIL_WANTED),
        ("TailTaken", kind::TAIL_TAKEN),
        ("Ephemeral", kind::EPHEMERAL),
        ("Guests", kind::GUESTS),
        ("Head", kind::HEAD),
        ("House", kind::HOUSE),
        ("Standings", kind::STANDINGS),
    ];
    assert_eq!(values("hallway.v1.Kind"), ours.map(|(name, kind)| (name.to_owned(), i32::from(kind))));
    use hallway::types::entry::kind::{BLANK, GUEST, MEMBER, POST, REMOVAL, RULE, STANDING, SUCCESSION};
    let ours = [
        ("Post", POST),
        ("Removal", REMOVAL),
        ("Blank", BLANK),
        ("Member", MEMBER),
        ("Standing", STANDING),
        ("Rule", RULE),
        ("Guest", GUEST),
        ("Succession", SUCCESSION),
    ];
    let ours = ours.map(|(name, kind)| (name.to_owned(), i32::try_from(kind).unwrap()));
    assert_eq!(values("hallway.v1.OpKind"), ours);
}
