//! How people of a room stand that this computer hosts, and what holds for all of them. Written in the commit of the entry that says so.

use std::net::IpAddr;

use rusqlite::{Row, Transaction, params};

use super::rows::{self, damaged};
use super::{RoomDb, StoreError, schema};
use crate::types::{HouseRules, MemberKey, Standing, Until};

/// What stands for no end.
const FOR_GOOD: i64 = 0;

impl RoomDb {
    /// Everybody about whom something holds.
    ///
    /// # Errors
    /// [`StoreError::Damaged`], [`StoreError::Io`].
    pub fn standings(&self) -> Result<Vec<Standing>, StoreError> {
        // A file that waits for its upgrade has no such table, or no such column.
        let newer = match schema::version(&self.connection)? {
            ..schema::WITH_DOOR => return Ok(Vec::new()),
            schema::WITH_DOOR..schema::WITH_RULES => "0, NULL",
            _ => "moderator, successor",
        };
        let columns =
            format!("SELECT key, name, banned, muted, addresses, {newer} FROM standing ORDER BY key");
        let mut statement = self.connection.prepare_cached(&columns)?;
        let mut all = Vec::new();
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            all.push(standing(row)?);
        }
        Ok(all)
    }

    /// What holds for everybody in the room.
    ///
    /// # Errors
    /// [`StoreError::Damaged`], [`StoreError::Io`].
    pub fn house_rules(&self) -> Result<HouseRules, StoreError> {
        if schema::version(&self.connection)? < schema::WITH_RULES {
            return Ok(HouseRules::default());
        }
        let rules: Option<String> =
            self.connection.query_row("SELECT rules FROM room", [], |row| row.get(0))?;
        let read = |rules: String| serde_json::from_str(&rules).map_err(damaged("the room's rules"));
        rules.map_or_else(|| Ok(HouseRules::default()), read)
    }
}

/// Notes what holds for everybody.
pub(super) fn write_rules(transaction: &Transaction<'_>, rules: HouseRules) -> Result<(), StoreError> {
    let rules = serde_json::to_string(&rules).map_err(damaged("the room's rules"))?;
    transaction.prepare_cached("UPDATE room SET rules = ?1")?.execute([rules])?;
    Ok(())
}

/// Notes how somebody stands; where nothing is left of it, that.
pub(super) fn write(transaction: &Transaction<'_>, standing: &Standing) -> Result<(), StoreError> {
    if standing.is_plain() {
        transaction
            .prepare_cached("DELETE FROM standing WHERE key = ?1")?
            .execute([standing.key.as_bytes()])?;
        return Ok(());
    }
    let until = |term: Option<Until>| term.map(|term| term.until_ms().unwrap_or(FOR_GOOD));
    let addresses = serde_json::to_string(&standing.addresses).map_err(damaged("the addresses"))?;
    transaction
        .prepare_cached(
            "INSERT OR REPLACE INTO standing (key, name, banned, muted, addresses, moderator, successor)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
        )?
        .execute(params![
            standing.key.as_bytes(),
            standing.name.as_str(),
            until(standing.banned),
            until(standing.muted),
            addresses,
            standing.moderator,
            standing.successor.map(|key| key.0)
        ])?;
    Ok(())
}

fn standing(row: &Row<'_>) -> Result<Standing, StoreError> {
    let term = |until: Option<i64>| until.map(|until| Until::new((until != FOR_GOOD).then_some(until)));
    let addresses: String = row.get(4)?;
    let addresses: Vec<IpAddr> = serde_json::from_str(&addresses).map_err(damaged("the addresses"))?;
    Ok(Standing {
        key: MemberKey(row.get(0)?),
        name: rows::nickname(row, 1)?,
        banned: term(row.get(2)?),
        muted: term(row.get(3)?),
        addresses,
        moderator: row.get(5)?,
        successor: row.get::<_, Option<[u8; 32]>>(6)?.map(MemberKey),
    })
}
