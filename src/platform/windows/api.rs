//! The few calls of Windows that no library of ours makes. Compiled on Windows only, and its one place with
//! `unsafe`.

use windows_sys::Win32::Foundation::{HANDLE, INVALID_HANDLE_VALUE};
use windows_sys::Win32::Storage::FileSystem::{FILE_TYPE_UNKNOWN, GetFileType};
use windows_sys::Win32::System::Console::{
    ATTACH_PARENT_PROCESS, AttachConsole, GetStdHandle, STD_ERROR_HANDLE, STD_HANDLE, STD_INPUT_HANDLE,
    STD_OUTPUT_HANDLE, SetStdHandle,
};
use windows_sys::Win32::UI::Shell::SetCurrentProcessExplicitAppUserModelID;

/// Puts this process under an application's name, for the taskbar and for notifications.
#[expect(unsafe_code, reason = "a call of the system with one pointer")]
pub(in crate::platform) fn name_application(id: &str) {
    let wide: Vec<u16> = id.encode_utf16().chain([0]).collect();
    // SAFETY: the text ends with a zero and lives until after the call, which copies it.
    let _status = unsafe { SetCurrentProcessExplicitAppUserModelID(wide.as_ptr()) };
}

/// Joins the console of the process that started this one, if it has one. What was redirected stays redirected.
pub(in crate::platform) fn attach_parent_console() {
    // Attaching replaces all three by the console's, redirected ones too.
    let given =
        [STD_INPUT_HANDLE, STD_OUTPUT_HANDLE, STD_ERROR_HANDLE].map(|which| (which, standard_handle(which)));
    if !attach() {
        return;
    }
    for (which, handle) in given {
        if let Some(handle) = handle {
            set_standard_handle(which, handle);
        }
    }
}

/// A standard handle that leads somewhere.
#[expect(unsafe_code, reason = "two calls of the system without pointers")]
fn standard_handle(which: STD_HANDLE) -> Option<HANDLE> {
    // SAFETY: it takes a number and returns a handle, or one of two values that mean none.
    let handle = unsafe { GetStdHandle(which) };
    if handle.is_null() || handle == INVALID_HANDLE_VALUE {
        return None;
    }
    // SAFETY: a handle that is not open is answered with "unknown".
    let kind = unsafe { GetFileType(handle) };
    (kind != FILE_TYPE_UNKNOWN).then_some(handle)
}

#[expect(unsafe_code, reason = "a call of the system without pointers")]
fn attach() -> bool {
    // SAFETY: it takes a number; where there is no console, or there was one before, it fails and changes nothing.
    unsafe { AttachConsole(ATTACH_PARENT_PROCESS) != 0 }
}

#[expect(unsafe_code, reason = "a call of the system without pointers")]
fn set_standard_handle(which: STD_HANDLE, handle: HANDLE) {
    // SAFETY: the handle was this process's own standard handle a moment ago, and nothing has closed it.
    let _set = unsafe { SetStdHandle(which, handle) };
}
