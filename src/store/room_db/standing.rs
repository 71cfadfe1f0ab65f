//! How people of a room stand that this computer hosts. Written in the commit of the entry that says so.

use std::net::IpAddr;

use rusqlite::{Row, Transaction, params};

use super::rows::{self, damaged};
use super::{RoomDb, StoreError, schema};
use crate::types::{MemberKey, Standing, Until};

/// What stands for no end.
const FOR_GOOD: i64 = 0;

impl RoomDb {
    /// Everybody about whom something holds.
    ///
    /// # Errors
    /// [`StoreError::Damaged`], [`StoreError::Io`].
    pub fn standings(&self) -> Result<Vec<Standing>, StoreError> {
        // A file that waits for its upgrade has no such table.
        if schema::version(&self.connection)? < schema::WITH_DOOR {
            return Ok(Vec::new());
        }
        let mut statement = self
            .connection
            .prepare_cached("SELECT key, name, banned, muted, addresses FROM standing ORDER BY key")?;
        let mut all = Vec::new();
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            all.push(standing(row)?);
        }
        Ok(all)
    }
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
            "INSERT OR REPLACE INTO standing (key, name, banned, muted, addresses) VALUES (?1, ?2, ?3, ?4, ?5)",
        )?
        .execute(params![
            standing.key.as_bytes(),
            standing.name.as_str(),
            until(standing.banned),
            until(standing.muted),
            addresses
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
    })
}
