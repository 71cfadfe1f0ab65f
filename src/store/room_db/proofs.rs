//! How far the logs that are here are vouched for by the room's key, and whether their host has all of them.
//!
//! A host's file may be an older copy of itself. A member that holds more can prove it, and hands back what is
//! missing: of the log that it follows, and of those before it, which stay in the file for that.

use rusqlite::{OptionalExtension, Transaction, params};

use super::rows;
use super::{RoomDb, StoreError, Sync, schema};
use crate::types::limits::LOGS_OFFERED;
use crate::types::{Epoch, FetchFrom, Hash, Link, Proof, Seq, SignedHead, Slice};

impl RoomDb {
    /// The newest entry of the current log that the room's key vouched for.
    ///
    /// # Errors
    /// [`StoreError::Damaged`], [`StoreError::Io`].
    pub fn proof(&self) -> Result<Option<SignedHead>, StoreError> {
        if schema::version(&self.connection)? < schema::WITH_PROOFS {
            return Ok(None);
        }
        let mut statement = self.connection.prepare_cached(
            "SELECT proof_seq, proof_hash, proof_sig FROM era WHERE era = ?1 AND proof_seq IS NOT NULL",
        )?;
        let mut rows = statement.query([self.era])?;
        let Some(row) = rows.next()? else { return Ok(None) };
        let link = Link { seq: rows::stored_seq(row, 0)?, hash: Hash(row.get(1)?) };
        Ok(Some(SignedHead { link, signature: row.get(2)? }))
    }

    /// Earlier logs of the room that its host may lack a part of, newest first, at most [`LOGS_OFFERED`].
    ///
    /// # Errors
    /// [`StoreError::Damaged`], [`StoreError::Io`].
    pub fn earlier_proofs(&self) -> Result<Vec<Proof>, StoreError> {
        if schema::version(&self.connection)? < schema::WITH_PROOFS {
            return Ok(Vec::new());
        }
        let mut statement = self.connection.prepare_cached(
            "SELECT epoch, proof_seq, proof_hash, proof_sig FROM era
             WHERE era < ?1 AND epoch IS NOT NULL AND proof_seq IS NOT NULL AND handed_back = 0
             ORDER BY era DESC LIMIT ?2",
        )?;
        let mut rows = statement.query(params![self.era, LOGS_OFFERED as i64])?;
        let mut proofs = Vec::new();
        while let Some(row) = rows.next()? {
            let link = Link { seq: rows::stored_seq(row, 1)?, hash: Hash(row.get(2)?) };
            let epoch = Epoch(row.get::<_, i64>(0)?.cast_unsigned());
            proofs.push(Proof { epoch, head: SignedHead { link, signature: row.get(3)? } });
        }
        Ok(proofs)
    }

    /// Notes that the host has all of an earlier log up to this entry.
    ///
    /// # Errors
    /// [`StoreError::Full`], [`StoreError::Unsynced`], [`StoreError::Io`].
    pub fn handed_back(&mut self, epoch: Epoch, head: Link) -> Result<(), StoreError> {
        let era = self.era;
        self.write(Sync::Normal, |transaction| {
            let statement = "UPDATE era SET handed_back = 1
                             WHERE era < ?1 AND epoch = ?2 AND proof_seq = ?3 AND proof_hash = ?4";
            let of = params![era, epoch.0.cast_signed(), rows::seq(head.seq)?, head.hash.0];
            transaction.prepare_cached(statement)?.execute(of)?;
            Ok(())
        })
    }

    /// A part of a log that leads to this entry, without a hole; empty where the entry is not here. An earlier log will do
    /// as well: the hash of an entry stands for all that is before it.
    ///
    /// # Errors
    /// As [`RoomDb::page`].
    pub fn offered_page(
        &self,
        (epoch, head): (Epoch, Link),
        from: FetchFrom,
        max: usize,
    ) -> Result<Slice, StoreError> {
        let era: Option<i64> = self
            .connection
            .prepare_cached(
                "SELECT era FROM era WHERE EXISTS
                     (SELECT 1 FROM entry WHERE entry.era = era.era AND seq = ?2 AND hash = ?3)
                 ORDER BY epoch IS ?1 DESC, era DESC LIMIT 1",
            )?
            .query_row(params![epoch.0.cast_signed(), rows::seq(head.seq)?, head.hash.0], |row| row.get(0))
            .optional()?;
        let Some(era) = era else {
            return Ok(Slice {
                run: crate::types::Run { prev: Link::START, entries: Vec::new() },
                more: false,
            });
        };
        let Slice { run, more } = self.page_of(era, from, max)?;
        let run = match from {
            FetchFrom::After(_) => run.unbroken_start(),
            FetchFrom::Before(_) => run.unbroken_end(),
        };
        Ok(Slice { run, more })
    }

    /// The position of an entry that is here.
    ///
    /// # Errors
    /// [`StoreError::Damaged`] also where it is not what was written; [`StoreError::Io`].
    pub fn link_at(&self, seq: Seq) -> Result<Option<Link>, StoreError> {
        if seq == Seq::START {
            return Ok(Some(Link::START));
        }
        self.link_here(self.era, seq)
    }

    /// From here on a host's log belongs to this epoch: its numbers were given twice under the one before. The entries
    /// stay what they are. Synced when it returns.
    ///
    /// # Errors
    /// [`StoreError::Full`], [`StoreError::Unsynced`], [`StoreError::Io`].
    pub fn turn(&mut self, epoch: Epoch) -> Result<(), StoreError> {
        let era = self.era;
        self.write(Sync::Full, |transaction| {
            transaction.execute("UPDATE era SET epoch = ?2 WHERE era = ?1", (era, epoch.0.cast_signed()))?;
            Ok(())
        })?;
        self.epoch = Some(epoch);
        Ok(())
    }
}

/// Keeps the proof of an era, if it reaches further than the one before.
pub(super) fn keep(transaction: &Transaction<'_>, era: i64, proof: &SignedHead) -> Result<(), StoreError> {
    transaction
        .prepare_cached(
            "UPDATE era SET proof_seq = ?2, proof_hash = ?3, proof_sig = ?4
             WHERE era = ?1 AND coalesce(proof_seq, 0) < ?2",
        )?
        .execute(params![era, rows::seq(proof.link.seq)?, proof.link.hash.0, proof.signature])?;
    Ok(())
}
