//! Another key for me, because somebody else has the one of now: a computer of mine was lost or stolen.
//!
//! The lost key is kept until every room that knows me by it was told of the next one, at the next visit there
//! (`visit/succeeding.rs`); from then on nobody comes in there with the lost one. Whoever has it could say the same first, so
//! it is done soon. Rooms that I host keep the key that they know their host by: nobody can use that over the network
//! (`room/arrive.rs`).

use std::path::Path;
use std::sync::Arc;

use super::keys;
use super::moving::MovingError;
use crate::store::{Profile, StoreError};
use crate::trust::Identity;

/// Makes another identity for this profile; the rooms are told by and by.
///
/// # Errors
/// [`MovingError::Profile`]; the identity of before is still in use then.
pub fn renew_identity(data_dir: &Path) -> Result<(), MovingError> {
    let profile = Profile::open(data_dir).map_err(of_profile)?;
    renew(&profile).map(drop)
}

/// The same, and the new one.
pub(super) fn renew(profile: &Profile) -> Result<Arc<Identity>, MovingError> {
    let before = keys::identity(profile)?;
    let next = Identity::generate()?;
    for record in profile.rooms().map_err(of_profile)?.records {
        let mut db = profile.open_room(&record.room_id).map_err(of_profile)?;
        // Where it was never noted, it was the only one that there was.
        if db.known_by().map_err(of_profile)?.is_none() {
            db.keep_known_by(&before.key()).map_err(of_profile)?;
        }
    }
    profile.keep_lost_key(before.pkcs8()).map_err(of_profile)?;
    profile.keep_identity(next.pkcs8()).map_err(of_profile)?;
    Ok(Arc::new(next))
}

/// Keys of mine that are lost, in their order. One that is in use was not lost after all: its next one could not be kept.
pub(super) fn lost(profile: &Profile, now: &Identity) -> Result<Vec<Arc<Identity>>, StoreError> {
    let kept = profile.lost_keys()?.into_iter().filter_map(|pkcs8| Identity::from_pkcs8(&pkcs8).ok());
    Ok(kept.filter(|lost| lost.key() != now.key()).map(Arc::new).collect())
}

fn of_profile(error: StoreError) -> MovingError {
    MovingError::Profile(match error {
        StoreError::Locked => "another Hallway uses this data folder; end it first".to_owned(),
        StoreError::TooLarge { limit } => format!("{limit} lost keys are kept here already"),
        other => other.to_string(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::session::finder::tests::record;
    use crate::types::RoomId;

    #[test]
    fn another_key_takes_the_place_of_the_lost_one_which_rooms_that_know_me_are_to_be_told_of() {
        let dir = tempfile::tempdir().unwrap();
        let profile = Profile::open(dir.path()).unwrap();
        let before = keys::identity(&profile).unwrap().key();
        profile.create_room(&record(RoomId([7; 32]), "Tea")).unwrap();
        let next = renew(&profile).unwrap();
        assert_eq!(keys::identity(&profile).unwrap().key(), next.key());
        let lost: Vec<_> = lost(&profile, &next).unwrap().iter().map(|lost| lost.key()).collect();
        assert_eq!(lost, [before]);
        assert_eq!(profile.open_room(&RoomId([7; 32])).unwrap().known_by(), Ok(Some(before)));
        renew(&profile).unwrap();
        assert_eq!(
            profile.open_room(&RoomId([7; 32])).unwrap().known_by(),
            Ok(Some(before)),
            "it knows no other"
        );
    }

    #[test]
    fn a_key_whose_next_one_could_not_be_kept_was_not_lost() {
        let dir = tempfile::tempdir().unwrap();
        let profile = Profile::open(dir.path()).unwrap();
        let now = keys::identity(&profile).unwrap();
        profile.keep_lost_key(now.pkcs8()).unwrap();
        assert!(lost(&profile, &now).unwrap().is_empty());
    }
}
