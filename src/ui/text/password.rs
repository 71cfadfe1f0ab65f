//! The password of a room that is hosted here.

/// What it is, in the dialog's title and among what to tell people.
pub const TITLE: &str = "Password";
/// Leads to the dialog from the room's menu.
pub const MENU: &str = "Password …";
/// The field, in the form and in the dialog.
pub const FIELD: &str = "Password";
/// The field, where there is one already.
pub const NEW_FIELD: &str = "New password";
/// Under the field in the form.
pub const FORM_HINT: &str = "Leave it empty, and everybody on this network can come in";
/// Under the field in the form, of a room that was open here before.
pub const AS_BEFORE: &str = "Leave it empty, and the room has the password that it had, if any";
/// Fills the field.
pub const SUGGEST: &str = "Suggest three words";
/// Leads to the dialog, where there is none.
pub const SET: &str = "Ask people for a password";
/// Leads to the dialog, where there is one.
pub const CHANGE: &str = "Change or remove the password";
/// Under the password.
pub const TELL_HINT: &str = "Everybody types it once, the first time";
/// In its place, where it is not known any more.
pub const NOT_KEPT: &str = "People need the room's password too. Hallway does not keep it, so it cannot be shown. Choose a new one if nobody \
     remembers it";
/// In the dialog, where there is one.
pub const IS_ON: &str =
    "Whoever comes for the first time needs the password. Hallway does not keep it, so it cannot be shown";
/// In the dialog, where there is none.
pub const IS_OFF: &str = "Everybody on this network can come in. With a password, only who knows it can";
/// Under the field, where there is none.
pub const SET_HINT: &str =
    "Everybody who is here now has to type it too. Guesses are counted, so three words are enough";
/// Under the field, where there is one.
pub const CHANGE_HINT: &str = "Everybody has to type the new one, also who is here now";
/// Under that, where people without the app may come.
pub const GUESTS_LEAVE: &str =
    "People without the app cannot type it, so nobody comes in without the app any more";
/// Sets it.
pub const SET_NOW: &str = "Set the password";
/// Sets another one.
pub const CHANGE_NOW: &str = "Change the password";
/// Takes it away.
pub const REMOVE: &str = "Remove the password";
/// Goes in with the password that the room asked for.
pub const GO_IN: &str = "Go in";
/// Beside a field: shows what is typed in it.
pub const SHOW: &str = "Show";
/// Hides it again.
pub const HIDE: &str = "Hide";
/// In place of what people without the app may do.
pub const NO_GUESTS: &str =
    "This room has a password, which people without the app cannot prove. Remove it to let them in";
/// The same, in the form.
pub const NO_GUESTS_FORM: &str =
    "People without the app cannot prove a password, so nobody comes in without the app";
