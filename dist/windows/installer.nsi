; The installer for Windows: for one person without an administrator, or for everybody with one.
;
;   /CurrentUser, /AllUsers   for whom, without asking      /S       silent
;   /FIREWALL                 add the firewall rule         /D=DIR   where to (last, without quotation marks)
;   uninstall.exe /PURGE      remove rooms, keys and settings too
;
; Status: 0 done, 1 cancelled, 2 not done (a running Hallway, no administrator, a folder that cannot be written).
; `build` passes VERSION (x.y.z), STAGE (the files to install), PICTURE (164 by 314 points) and OUTFILE.

Target amd64-unicode
SetCompressor /SOLID lzma

!include LogicLib.nsh
!include MUI2.nsh
!include FileFunc.nsh
!include Sections.nsh
!include nsDialogs.nsh
!include Win\COM.nsh
!include Win\Propkey.nsh

; As in src/platform/windows.rs.
!define APP_ID "Hallway.Hallway"
!define UNINSTALL "Software\Microsoft\Windows\CurrentVersion\Uninstall\Hallway"
!define RUN "Software\Microsoft\Windows\CurrentVersion\Run"
!define RUN_APPROVED "Software\Microsoft\Windows\CurrentVersion\Explorer\StartupApproved\Run"
!define APP_PATH "Software\Microsoft\Windows\CurrentVersion\App Paths\hallway.exe"
!define NETSH "$SYSDIR\netsh.exe"
; Shows an administrator's question where there is one to ask.
!define ELEVATE "runas"

Name "Hallway"
OutFile "${OUTFILE}"
BrandingText "Hallway ${VERSION}"
RequestExecutionLevel user
ManifestDPIAware true
ManifestSupportedOS Win10
XPStyle on
ShowInstDetails nevershow
ShowUninstDetails nevershow
VIProductVersion "${VERSION}.0"
VIAddVersionKey ProductName "Hallway"
VIAddVersionKey ProductVersion "${VERSION}"
VIAddVersionKey FileVersion "${VERSION}"
VIAddVersionKey FileDescription "Installs Hallway"
VIAddVersionKey CompanyName "The Hallway authors"
VIAddVersionKey LegalCopyright "MIT or Apache-2.0"

!define MUI_ICON "..\..\assets\icon.ico"
!define MUI_UNICON "..\..\assets\icon.ico"
!define MUI_WELCOMEFINISHPAGE_BITMAP "${PICTURE}"
!define MUI_ABORTWARNING
!define MUI_WELCOMEPAGE_TITLE "Hallway ${VERSION}"
!define MUI_WELCOMEPAGE_TEXT "Chat rooms for the network you are on.$\r$\n$\r$\nHallway sends nothing to the internet, needs no account, and keeps your rooms on this computer."
!define MUI_COMPONENTSPAGE_TEXT_TOP "Without the second box, Windows asks when you first open a room. Tick it if others on your network cannot come in."
!define MUI_FINISHPAGE_TITLE "Hallway is installed"
!define MUI_FINISHPAGE_TEXT "It is in the Start menu."
!define MUI_FINISHPAGE_RUN
!define MUI_FINISHPAGE_RUN_TEXT "Open Hallway"
!define MUI_FINISHPAGE_RUN_FUNCTION open_hallway
!define MUI_FINISHPAGE_NOREBOOTSUPPORT
!define MUI_UNABORTWARNING

!insertmacro MUI_PAGE_WELCOME
Page custom ask_for_whom for_whom_was_answered
!insertmacro MUI_PAGE_DIRECTORY
!insertmacro MUI_PAGE_COMPONENTS
!insertmacro MUI_PAGE_INSTFILES
!insertmacro MUI_PAGE_FINISH
!define MUI_COMPONENTSPAGE_TEXT_TOP "Hallway will be removed. Your rooms, keys and settings stay, unless you tick their box."
!insertmacro MUI_UNPAGE_COMPONENTS
!insertmacro MUI_UNPAGE_INSTFILES
!insertmacro MUI_LANGUAGE English

; "all" or "me".
Var whom
Var me_button
Var all_button
; "1" once the rule is there, also from an installation before this one.
Var firewall

; Everything below that differs between the two.
!macro ADAPT_TO_WHOM
  ${If} $whom == "all"
    SetShellVarContext all
  ${Else}
    SetShellVarContext current
  ${EndIf}
!macroend

; Goes on only when the program is not running: Windows keeps a running program's file from being written.
!macro WAIT_UNTIL_CLOSED
  ${Do}
    StrCpy $1 0
    ${If} ${FileExists} "$INSTDIR\hallway.exe"
      ClearErrors
      FileOpen $0 "$INSTDIR\hallway.exe" a
      ${If} ${Errors}
        StrCpy $1 1
      ${Else}
        FileClose $0
      ${EndIf}
    ${EndIf}
    ${If} $1 = 0
      ${ExitDo}
    ${EndIf}
    MessageBox MB_RETRYCANCEL|MB_ICONEXCLAMATION "Hallway is running, or its folder cannot be written.$\r$\n$\r$\nQuit Hallway with Ctrl+Q, also where only its icon near the clock is left, and choose Retry." /SD IDCANCEL IDRETRY +3
    SetErrorLevel 2
    Quit
  ${Loop}
!macroend

; Runs netsh, through the administrator's question where this installer runs without one.
!macro NETSH_ADVFIREWALL words
  UserInfo::GetAccountType
  Pop $0
  ${If} $0 == "Admin"
    nsExec::Exec '"${NETSH}" advfirewall firewall ${words}'
    Pop $0
  ${Else}
    ClearErrors
    ExecShellWait "${ELEVATE}" "${NETSH}" 'advfirewall firewall ${words}' SW_HIDE
    StrCpy $0 0
    ${If} ${Errors}
      StrCpy $0 "declined"
    ${EndIf}
  ${EndIf}
!macroend

; The name by which the taskbar puts windows and this entry together. NSIS has no command for it.
; Wine's links take it and forget it (its shell32 calls the three methods stubs), so no test there can see it.
!macro NAME_SHORTCUT link
  !insertmacro ComHlpr_CreateInProcInstance ${CLSID_ShellLink} ${IID_IShellLink} r0 ""
  ${If} $0 P<> 0
    ${IUnknown::QueryInterface} $0 '("${IID_IPersistFile}",.r1)'
    ${If} $1 P<> 0
      ${IPersistFile::Load} $1 '("${link}",${STGM_READWRITE})'
      ${IUnknown::QueryInterface} $0 '("${IID_IPropertyStore}",.r2)'
      ${If} $2 P<> 0
        System::Call '*${SYSSTRUCT_PROPERTYKEY}(${PKEY_AppUserModel_ID})p.r3'
        System::Call '*(&w64 "${APP_ID}")p.r4'
        System::Call '*${SYSSTRUCT_PROPVARIANT}(${VT_LPWSTR},,&i8 r4)p.r5'
        ${IPropertyStore::SetValue} $2 '($3,$5)'
        ${IPropertyStore::Commit} $2 ""
        System::Free $3
        System::Free $4
        System::Free $5
        ${IUnknown::Release} $2 ""
        ${IPersistFile::Save} $1 '("${link}",1)'
      ${EndIf}
      ${IUnknown::Release} $1 ""
    ${EndIf}
    ${IUnknown::Release} $0 ""
  ${EndIf}
!macroend

Section "Hallway" program
  SectionIn RO
  !insertmacro ADAPT_TO_WHOM
  !insertmacro WAIT_UNTIL_CLOSED
  SetOutPath "$INSTDIR"
  ; NSIS tells a silent installer nothing of a folder that it could not make. Asking for an error also forgets it.
  StrCpy $0 "not written"
  ClearErrors
  FileOpen $1 "$INSTDIR\hallway.tmp" w
  ${IfNot} ${Errors}
    FileClose $1
    Delete "$INSTDIR\hallway.tmp"
    ; Here and not in a function: what stands in the section is what the page of the folder counts.
    File "${STAGE}\hallway.exe"
    File "${STAGE}\hallway.com"
    File "${STAGE}\*.txt"
    File "${STAGE}\hallway.cdx.json"
    WriteUninstaller "$INSTDIR\uninstall.exe"
    ${IfNot} ${Errors}
      StrCpy $0 "written"
    ${EndIf}
  ${EndIf}
  ${If} $0 != "written"
    SetOutPath "$TEMP"
    ; Only if nothing is in it.
    RMDir "$INSTDIR"
    Call say_unwritable
  ${EndIf}

  CreateShortcut "$SMPROGRAMS\Hallway.lnk" "$INSTDIR\hallway.exe" "" "$INSTDIR\hallway.exe" 0 SW_SHOWNORMAL "" \
    "Chat rooms for the network you are on"
  !insertmacro NAME_SHORTCUT "$SMPROGRAMS\Hallway.lnk"

  ; Notifications show this name and picture.
  WriteRegStr SHCTX "Software\Classes\AppUserModelId\${APP_ID}" "DisplayName" "Hallway"
  WriteRegStr SHCTX "Software\Classes\AppUserModelId\${APP_ID}" "IconUri" "$INSTDIR\hallway.exe,0"
  ; "hallway" in the Run box.
  WriteRegStr SHCTX "${APP_PATH}" "" "$INSTDIR\hallway.exe"
  ; Links to rooms. What follows -- is an invite or nothing, whatever a web page puts into it.
  WriteRegStr SHCTX "Software\Classes\hallway" "" "URL:Hallway invite"
  WriteRegStr SHCTX "Software\Classes\hallway" "URL Protocol" ""
  WriteRegStr SHCTX "Software\Classes\hallway\DefaultIcon" "" "$INSTDIR\hallway.exe,0"
  WriteRegStr SHCTX "Software\Classes\hallway\shell\open\command" "" '"$INSTDIR\hallway.exe" -- "%1"'

  WriteRegStr SHCTX "${UNINSTALL}" "DisplayName" "Hallway"
  WriteRegStr SHCTX "${UNINSTALL}" "DisplayVersion" "${VERSION}"
  WriteRegStr SHCTX "${UNINSTALL}" "Publisher" "The Hallway authors"
  WriteRegStr SHCTX "${UNINSTALL}" "DisplayIcon" "$INSTDIR\hallway.exe,0"
  WriteRegStr SHCTX "${UNINSTALL}" "InstallLocation" "$INSTDIR"
  WriteRegStr SHCTX "${UNINSTALL}" "UninstallString" '"$INSTDIR\uninstall.exe"'
  WriteRegStr SHCTX "${UNINSTALL}" "QuietUninstallString" '"$INSTDIR\uninstall.exe" /S'
  WriteRegDWORD SHCTX "${UNINSTALL}" "NoModify" 1
  WriteRegDWORD SHCTX "${UNINSTALL}" "NoRepair" 1
  ${GetSize} "$INSTDIR" "/S=0K" $0 $1 $2
  IntFmt $0 "0x%08X" $0
  WriteRegDWORD SHCTX "${UNINSTALL}" "EstimatedSize" "$0"
  System::Call 'shell32::SHChangeNotify(i 0x08000000, i 0, p 0, p 0)'
SectionEnd

Section /o "Add a firewall rule" rule
  !insertmacro NETSH_ADVFIREWALL 'delete rule name="Hallway" dir=in program="$INSTDIR\hallway.exe"'
  !insertmacro NETSH_ADVFIREWALL 'add rule name="Hallway" dir=in action=allow program="$INSTDIR\hallway.exe" profile=private,domain protocol=TCP'
  ${If} $0 == 0
    WriteRegDWORD SHCTX "${UNINSTALL}" "FirewallRule" 1
  ${Else}
    MessageBox MB_OK|MB_ICONINFORMATION "Hallway is installed, but the firewall rule could not be added. Hallway itself shows how to add it later." /SD IDOK
  ${EndIf}
SectionEnd

LangString about_program ${LANG_ENGLISH} "The program, its entry in the Start menu, and hallway:// links."
LangString about_rule ${LANG_ENGLISH} "Lets others reach Hallway by TCP on private and company networks, never on public ones. Needs an administrator. Removed with Hallway."
!insertmacro MUI_FUNCTION_DESCRIPTION_BEGIN
  !insertmacro MUI_DESCRIPTION_TEXT ${program} $(about_program)
  !insertmacro MUI_DESCRIPTION_TEXT ${rule} $(about_rule)
!insertmacro MUI_FUNCTION_DESCRIPTION_END

Function .onInit
  SetRegView 64
  ReadRegStr $1 HKLM "${UNINSTALL}" "InstallLocation"
  ${GetParameters} $0
  StrCpy $whom "me"
  ${If} $1 != ""
    StrCpy $whom "all"
  ${EndIf}
  ClearErrors
  ${GetOptions} $0 "/CurrentUser" $2
  ${IfNot} ${Errors}
    StrCpy $whom "me"
  ${EndIf}
  ClearErrors
  ${GetOptions} $0 "/AllUsers" $2
  ${IfNot} ${Errors}
    StrCpy $whom "all"
  ${EndIf}
  ClearErrors
  ${GetOptions} $0 "/FIREWALL" $2
  ${IfNot} ${Errors}
    !insertmacro SelectSection ${rule}
  ${EndIf}

  ${If} $whom == "all"
  ${AndIf} ${Silent}
    UserInfo::GetAccountType
    Pop $0
    ${If} $0 != "Admin"
      SetErrorLevel 2
      Quit
    ${EndIf}
  ${EndIf}

  ; A folder after /D= that can never be one (it would lie in a file, or on a drive that is not there) NSIS forgets
  ; without a word, and takes it out of $CMDLINE.
  System::Call 'kernel32::GetCommandLine() t.r0'
  ClearErrors
  ${GetOptionsS} $0 "/D=" $1
  ${IfNot} ${Errors}
  ${AndIf} $INSTDIR == ""
    StrCpy $INSTDIR $1
    Call say_unwritable
  ${EndIf}
  Call choose_folder
FunctionEnd

; Ends it.
Function say_unwritable
  MessageBox MB_OK|MB_ICONSTOP "Hallway is not installed: the folder $INSTDIR cannot be written. Start this installer again and choose another folder." /SD IDOK
  SetErrorLevel 2
  Quit
FunctionEnd

; Where it goes: where the command line says, where it is already, or where it belongs.
Function choose_folder
  ${If} $INSTDIR != ""
    Return
  ${EndIf}
  ${If} $whom == "all"
    ReadRegStr $INSTDIR HKLM "${UNINSTALL}" "InstallLocation"
    ${If} $INSTDIR == ""
      StrCpy $INSTDIR "$PROGRAMFILES64\Hallway"
    ${EndIf}
  ${Else}
    ReadRegStr $INSTDIR HKCU "${UNINSTALL}" "InstallLocation"
    ${If} $INSTDIR == ""
      StrCpy $INSTDIR "$LOCALAPPDATA\Programs\Hallway"
    ${EndIf}
  ${EndIf}
FunctionEnd

Function ask_for_whom
  ; Started again as administrator, or told by the command line: it is decided.
  ${GetParameters} $0
  ClearErrors
  ${GetOptions} $0 "/AllUsers" $1
  ${IfNot} ${Errors}
    Abort
  ${EndIf}
  ClearErrors
  ${GetOptions} $0 "/CurrentUser" $1
  ${IfNot} ${Errors}
    Abort
  ${EndIf}
  !insertmacro MUI_HEADER_TEXT "Who will use Hallway?" "Rooms, keys and settings are each person's own either way."
  nsDialogs::Create 1018
  Pop $0
  ${NSD_CreateRadioButton} 0 10u 100% 12u "Only &me"
  Pop $me_button
  ${NSD_CreateLabel} 12u 24u 95% 12u "Needs no administrator."
  Pop $0
  ${NSD_CreateRadioButton} 0 46u 100% 12u "&Everybody on this computer"
  Pop $all_button
  ${NSD_CreateLabel} 12u 60u 95% 12u "Windows asks for an administrator."
  Pop $0
  ${If} $whom == "all"
    ${NSD_Check} $all_button
  ${Else}
    ${NSD_Check} $me_button
  ${EndIf}
  nsDialogs::Show
FunctionEnd

Function for_whom_was_answered
  StrCpy $1 $whom
  ${NSD_GetState} $all_button $0
  ${If} $0 = ${BST_CHECKED}
    StrCpy $whom "all"
    UserInfo::GetAccountType
    Pop $0
    ${If} $0 != "Admin"
      ClearErrors
      ExecShell "${ELEVATE}" "$EXEPATH" "/AllUsers"
      ${IfNot} ${Errors}
        Quit
      ${EndIf}
      MessageBox MB_OK|MB_ICONINFORMATION "Windows did not allow it. Choose $\"Only me$\", or ask an administrator."
      StrCpy $whom $1
      Abort
    ${EndIf}
  ${Else}
    StrCpy $whom "me"
  ${EndIf}
  ${If} $whom != $1
    StrCpy $INSTDIR ""
    Call choose_folder
  ${EndIf}
FunctionEnd

; By the desktop: an installer that runs as administrator must not start a chat program as one.
Function open_hallway
  Exec '"$WINDIR\explorer.exe" "$INSTDIR\hallway.exe"'
FunctionEnd

Section "un.Hallway" un_program
  SectionIn RO
  !insertmacro ADAPT_TO_WHOM
  !insertmacro WAIT_UNTIL_CLOSED
  ReadRegDWORD $firewall SHCTX "${UNINSTALL}" "FirewallRule"
  ; An administrator takes away what Windows itself added when a room was first opened, too.
  UserInfo::GetAccountType
  Pop $0
  ${If} $firewall == 1
  ${OrIf} $0 == "Admin"
    ${IfNot} ${Silent}
    ${OrIf} $0 == "Admin"
      !insertmacro NETSH_ADVFIREWALL 'delete rule name="Hallway" dir=in program="$INSTDIR\hallway.exe"'
    ${EndIf}
  ${EndIf}

  Delete "$INSTDIR\hallway.exe"
  Delete "$INSTDIR\hallway.com"
  Delete "$INSTDIR\LICENSE-MIT.txt"
  Delete "$INSTDIR\LICENSE-APACHE.txt"
  Delete "$INSTDIR\THIRD-PARTY.txt"
  Delete "$INSTDIR\hallway.cdx.json"
  Delete "$INSTDIR\uninstall.exe"
  ; Only if nothing of somebody else's is in it.
  RMDir "$INSTDIR"
  Delete "$SMPROGRAMS\Hallway.lnk"
  DeleteRegKey SHCTX "Software\Classes\AppUserModelId\${APP_ID}"
  DeleteRegKey /ifempty SHCTX "Software\Classes\AppUserModelId"
  DeleteRegKey SHCTX "Software\Classes\hallway"
  DeleteRegKey SHCTX "${APP_PATH}"
  DeleteRegKey SHCTX "${UNINSTALL}"
  ; Starting with the computer is each person's own setting; this is the one of who uninstalls.
  DeleteRegValue HKCU "${RUN}" "Hallway"
  DeleteRegValue HKCU "${RUN_APPROVED}" "Hallway"
  System::Call 'shell32::SHChangeNotify(i 0x08000000, i 0, p 0, p 0)'
SectionEnd

Section /o "un.My rooms and keys" un_profile
  SetShellVarContext current
  RMDir /r "$LOCALAPPDATA\Hallway"
SectionEnd

LangString about_un_program ${LANG_ENGLISH} "The program and everything that belongs to it."
LangString about_un_profile ${LANG_ENGLISH} "Removes your settings, what was said in your rooms, and the keys by which others know them. This cannot be undone. Other people's on this computer stay."
!insertmacro MUI_UNFUNCTION_DESCRIPTION_BEGIN
  !insertmacro MUI_DESCRIPTION_TEXT ${un_program} $(about_un_program)
  !insertmacro MUI_DESCRIPTION_TEXT ${un_profile} $(about_un_profile)
!insertmacro MUI_UNFUNCTION_DESCRIPTION_END

Function un.onInit
  SetRegView 64
  ${GetParameters} $0
  ClearErrors
  ${GetOptions} $0 "/PURGE" $1
  ${IfNot} ${Errors}
    !insertmacro SelectSection ${un_profile}
  ${EndIf}
  ; For whom this copy is, its own entry in the registry says.
  StrCpy $whom "me"
  ReadRegStr $1 HKLM "${UNINSTALL}" "InstallLocation"
  ${If} $1 == $INSTDIR
    StrCpy $whom "all"
    UserInfo::GetAccountType
    Pop $1
    ${If} $1 != "Admin"
      ${IfNot} ${Silent}
        ExecShell "${ELEVATE}" "$INSTDIR\uninstall.exe" "$0"
      ${EndIf}
      SetErrorLevel 2
      Quit
    ${EndIf}
  ${EndIf}
FunctionEnd
