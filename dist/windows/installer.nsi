; The installer for Windows: for one person without an administrator, or for everybody with one.
;
;   /CurrentUser, /AllUsers   for whom, without asking      /S       silent: asks nobody, the administrator neither
;   /FIREWALL                 add the firewall rule         /D=DIR   where to (last, without quotation marks); \Hallway
;   uninstall.exe /PURGE      remove rooms, keys and settings too    is added to a folder of another name
;
; Status: 0 done, 1 cancelled, 2 not done (a running Hallway, no administrator, a folder that cannot be written or has
; other files in it), 3 done but for a firewall rule or a former installation, which stays. The uninstaller goes on in a
; copy of itself, and the one that was started ends with 0 at once: `uninstall.exe /S _?=DIR` (its own folder, last,
; without quotation marks) is what waits and tells the status, and then leaves uninstall.exe itself behind.
; Between themselves: /Elevated is the part that an administrator does for a person, who may have another account;
; /Upgrade removes a former installation and leaves what is the person's.
; `build` passes VERSION (x.y.z), STAGE (the files to install), PICTURE (164 by 314 points) and OUTFILE.
; AS_PERSON is for trying: see administrator.nsh.

Target amd64-unicode
SetCompressor /SOLID lzma

!include LogicLib.nsh
!include MUI2.nsh
!include FileFunc.nsh
!include WordFunc.nsh
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
; Has the program that our firewall rule names in the value FirewallRule, for as long as there is the rule.
!define OURS "Software\Hallway"

Name "Hallway"
OutFile "${OUTFILE}"
BrandingText "Hallway ${VERSION}"
RequestExecutionLevel user
ManifestDPIAware true
ManifestSupportedOS Win10
; \Hallway is added to it.
AllowRootDirInstall true
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

!define MUI_PAGE_CUSTOMFUNCTION_PRE skip_what_was_read
!insertmacro MUI_PAGE_WELCOME
Page custom ask_for_whom for_whom_was_answered
!define MUI_PAGE_CUSTOMFUNCTION_LEAVE folder_was_answered
!insertmacro MUI_PAGE_DIRECTORY
!insertmacro MUI_PAGE_COMPONENTS
!insertmacro MUI_PAGE_INSTFILES
!insertmacro MUI_PAGE_FINISH
!define MUI_COMPONENTSPAGE_TEXT_TOP "Hallway will be removed. Your rooms, keys and settings stay, unless you tick their box."
!insertmacro MUI_UNPAGE_COMPONENTS
!insertmacro MUI_UNPAGE_INSTFILES
!insertmacro MUI_LANGUAGE English
!include administrator.nsh

; "all" or "me".
Var whom
Var me_button
Var all_button
; The folder that the command line asked for, if any.
Var asked
; The program that a rule of ours names already, if any.
Var ruled
; Where Hallway is before this installation: for this person, and for everybody.
Var former_me
Var former_all
; How the uninstaller was started by another one of us: "/Elevated", "/Upgrade", or not.
Var role

; Everything below that differs between the two.
!macro ADAPT_TO_WHOM
  ${If} $whom == "all"
    SetShellVarContext all
  ${Else}
    SetShellVarContext current
  ${EndIf}
!macroend

; Goes on only when the program in this folder is not running: Windows keeps a running program's file from being
; written.
!macro WAIT_UNTIL_CLOSED folder
  ${Do}
    StrCpy $1 0
    ${If} ${FileExists} "${folder}\hallway.exe"
      ClearErrors
      FileOpen $0 "${folder}\hallway.exe" a
      ${If} ${Errors}
        StrCpy $1 1
      ${Else}
        FileClose $0
      ${EndIf}
    ${EndIf}
    ${If} $1 = 0
      ${ExitDo}
    ${EndIf}
    !insertmacro RETRY_OR_QUIT
  ${Loop}
!macroend

!macro RETRY_OR_QUIT
  MessageBox MB_RETRYCANCEL|MB_ICONEXCLAMATION "Hallway is running, or its folder cannot be written.$\r$\n$\r$\nQuit Hallway with Ctrl+Q, also where only its icon near the clock is left, and choose Retry." /SD IDCANCEL IDRETRY +3
  SetErrorLevel 2
  Quit
!macroend

; What is outside of the program's folder.
!macro REMOVE_ENTRIES
  Delete "$SMPROGRAMS\Hallway.lnk"
  DeleteRegKey SHCTX "Software\Classes\AppUserModelId\${APP_ID}"
  DeleteRegKey /ifempty SHCTX "Software\Classes\AppUserModelId"
  DeleteRegKey SHCTX "Software\Classes\hallway"
  DeleteRegKey SHCTX "${APP_PATH}"
  DeleteRegKey SHCTX "${UNINSTALL}"
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
  Call find_former
  !insertmacro WAIT_UNTIL_CLOSED $INSTDIR
  !insertmacro WAIT_UNTIL_CLOSED $former_me
  !insertmacro WAIT_UNTIL_CLOSED $former_all
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
    File "/oname=hallway.png" "..\..\assets\icon\256.png"
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
  Call remove_formers
  !insertmacro ADAPT_TO_WHOM

  CreateShortcut "$SMPROGRAMS\Hallway.lnk" "$INSTDIR\hallway.exe" "" "$INSTDIR\hallway.exe" 0 SW_SHOWNORMAL "" \
    "Chat rooms for the network you are on"
  !insertmacro NAME_SHORTCUT "$SMPROGRAMS\Hallway.lnk"

  ; Notifications show this name and picture.
  WriteRegStr SHCTX "Software\Classes\AppUserModelId\${APP_ID}" "DisplayName" "Hallway"
  WriteRegStr SHCTX "Software\Classes\AppUserModelId\${APP_ID}" "IconUri" "$INSTDIR\hallway.png"
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
  StrCpy $R1 '${NETSH} delete ${OUR_RULE} program="$INSTDIR\hallway.exe"'
  ${If} $ruled != ""
  ${AndIf} $ruled != "$INSTDIR\hallway.exe"
    StrCpy $R1 '$R1 & ${NETSH} delete ${OUR_RULE} program="$ruled"'
  ${EndIf}
  StrCpy $R1 '$R1 & ${NETSH} add ${OUR_RULE} program="$INSTDIR\hallway.exe" ${ALLOWED}'
  Call command_as_administrator
  ${If} $R0 == 0
    DeleteRegValue HKCU "${OURS}" "FirewallRule"
    DeleteRegKey /ifempty HKCU "${OURS}"
    WriteRegStr SHCTX "${OURS}" "FirewallRule" "$INSTDIR\hallway.exe"
  ${Else}
    SetErrorLevel 3
    MessageBox MB_OK|MB_ICONINFORMATION "Hallway is installed, but the firewall rule could not be added. Hallway itself shows how to add it later." /SD IDOK
  ${EndIf}
SectionEnd

LangString about_program ${LANG_ENGLISH} "The program, its entry in the Start menu, and hallway:// links."
LangString about_rule ${LANG_ENGLISH} "Lets others come into your rooms on private and company networks, never on public ones. Adding it needs an administrator, and so does removing it with Hallway."
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
    Call is_administrator
    ${If} $0 != "yes"
      SetErrorLevel 2
      Quit
    ${EndIf}
  ${EndIf}

  StrCpy $asked $INSTDIR
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
  Call settle_folder
  ${If} $0 == "taken"
  ${AndIf} ${Silent}
    SetErrorLevel 2
    Quit
  ${EndIf}
FunctionEnd

; Ends it.
Function say_unwritable
  MessageBox MB_OK|MB_ICONSTOP "Hallway is not installed: the folder $INSTDIR cannot be written. Start this installer again and choose another folder." /SD IDOK
  SetErrorLevel 2
  Quit
FunctionEnd

; Where it goes: where the command line says, where it is already, or where it belongs.
Function choose_folder
  StrCpy $INSTDIR $asked
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

; Makes $INSTDIR a folder of Hallway's own: its files have names that other programs' have too, and the uninstaller
; removes them. $0: "free", or "taken" by something else, such as a portable copy, which keeps its rooms there.
Function settle_folder
  ${Do}
    StrCpy $1 $INSTDIR 1 -1
    ${If} $1 != "\"
      ${ExitDo}
    ${EndIf}
    StrCpy $INSTDIR $INSTDIR -1
  ${Loop}
  Call is_ours
  ${GetFileName} "$INSTDIR" $1
  ${If} $0 == "no"
  ${AndIf} $1 != "Hallway"
    StrCpy $INSTDIR "$INSTDIR\Hallway"
    Call is_ours
  ${EndIf}
  ${DirState} "$INSTDIR" $1
  ${If} $0 == "no"
  ${AndIf} $1 = 1
    StrCpy $0 "taken"
  ${Else}
    StrCpy $0 "free"
  ${EndIf}
FunctionEnd

; $0: "yes" if Hallway was installed in $INSTDIR, be it incomplete by now. Changes $1.
Function is_ours
  StrCpy $0 "no"
  ${If} ${FileExists} "$INSTDIR\hallway-data\*.*"
    Return
  ${EndIf}
  ReadRegStr $1 HKLM "${UNINSTALL}" "InstallLocation"
  ${If} $1 == $INSTDIR
    StrCpy $0 "yes"
  ${EndIf}
  ReadRegStr $1 HKCU "${UNINSTALL}" "InstallLocation"
  ${If} $1 == $INSTDIR
  ${OrIf} ${FileExists} "$INSTDIR\hallway.exe"
    StrCpy $0 "yes"
  ${EndIf}
FunctionEnd

Function folder_was_answered
  Call settle_folder
  ${If} $0 == "taken"
    MessageBox MB_OK|MB_ICONEXCLAMATION "There are other files in the folder $INSTDIR. Choose another one for Hallway."
    Abort
  ${EndIf}
FunctionEnd

; What this installation replaces. One for everybody takes the place of the person's own too: Windows would go on
; opening links with that.
Function find_former
  StrCpy $former_me ""
  StrCpy $former_all ""
  ReadRegStr $former_me HKCU "${UNINSTALL}" "InstallLocation"
  ${If} $whom == "all"
    ReadRegStr $former_all HKLM "${UNINSTALL}" "InstallLocation"
  ${EndIf}
  ; The rule goes to the new place.
  ReadRegStr $ruled SHCTX "${OURS}" "FirewallRule"
  ${If} $ruled == ""
    ReadRegStr $ruled HKCU "${OURS}" "FirewallRule"
  ${EndIf}
  ${If} $ruled != ""
  ${AndIf} $ruled != "$INSTDIR\hallway.exe"
    !insertmacro SelectSection ${rule}
  ${EndIf}
FunctionEnd

Function remove_formers
  SetShellVarContext current
  StrCpy $R0 $former_me
  Call remove_former
  ${If} $whom == "all"
    SetShellVarContext all
    StrCpy $R0 $former_all
    Call remove_former
  ${EndIf}
FunctionEnd

; Removes the installation in the folder $R0, unless it is the one that was just written, and its entries.
Function remove_former
  ${If} $R0 == ""
    Return
  ${EndIf}
  ${If} $R0 != $INSTDIR
    ${If} ${FileExists} "$R0\uninstall.exe"
      StrCpy $R3 "not run"
      ExecWait '"$R0\uninstall.exe" /S /Upgrade _?=$R0' $R3
      ${If} $R3 != 0
        SetErrorLevel 3
        MessageBox MB_OK|MB_ICONINFORMATION "Hallway is installed, but an older one could not be removed from the folder $R0." /SD IDOK
        Return
      ${EndIf}
      ; What runs cannot remove itself.
      Delete "$R0\uninstall.exe"
      RMDir "$R0"
    ${EndIf}
    ; Where it starts with the computer, it goes on doing so.
    ReadRegStr $R4 HKCU "${RUN}" "Hallway"
    ${If} $R4 != ""
      ${WordReplace} "$R4" "$R0\hallway.exe" "$INSTDIR\hallway.exe" "+" $R5
      WriteRegStr HKCU "${RUN}" "Hallway" "$R5"
    ${EndIf}
  ${EndIf}
  !insertmacro REMOVE_ENTRIES
FunctionEnd

; The one who started this again as administrator has read it.
Function skip_what_was_read
  ${GetParameters} $0
  ClearErrors
  ${GetOptions} $0 "/Elevated" $1
  ${IfNot} ${Errors}
    Abort
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
  StrCpy $2 $whom
  ${NSD_GetState} $all_button $0
  ${If} $0 = ${BST_CHECKED}
    StrCpy $whom "all"
    Call is_administrator
    ${If} $0 != "yes"
      Call go_on_as_administrator
      MessageBox MB_OK|MB_ICONINFORMATION "Windows did not allow it. Choose $\"Only me$\", or ask an administrator."
      StrCpy $whom "me"
      Abort
    ${EndIf}
  ${Else}
    StrCpy $whom "me"
  ${EndIf}
  ${If} $whom != $2
    Call choose_folder
    Call settle_folder
  ${EndIf}
FunctionEnd

; Leaves the rest to this installer started again, and ends; returns only if Windows does not allow that.
Function go_on_as_administrator
  StrCpy $R0 "$EXEPATH"
  StrCpy $R1 "/AllUsers /Elevated"
  ${If} ${SectionIsSelected} ${rule}
    StrCpy $R1 "$R1 /FIREWALL"
  ${EndIf}
  ${If} $asked != ""
    StrCpy $R1 "$R1 /D=$asked"
  ${EndIf}
  StrCpy $R2 ${SW_SHOWNORMAL}
  StrCpy $R3 "hide"
  Call run_as_administrator
  ${If} $R0 == "declined"
    Return
  ${EndIf}
  SetErrorLevel $R0
  ${If} $R0 = 0
  ${OrIf} $R0 = 3
    ; The administrator may have another account, and cannot see what this person had.
    ReadRegStr $INSTDIR HKLM "${UNINSTALL}" "InstallLocation"
    SetShellVarContext current
    ReadRegStr $R0 HKCU "${UNINSTALL}" "InstallLocation"
    Call remove_former
  ${EndIf}
  Quit
FunctionEnd

; By the desktop: an installer that runs as administrator must not start a chat program as one.
Function open_hallway
  Exec '"$WINDIR\explorer.exe" "$INSTDIR\hallway.exe"'
FunctionEnd

Section "un.Hallway" un_program
  SectionIn RO
  !insertmacro ADAPT_TO_WHOM
  Call un.is_administrator
  ${If} $whom == "all"
  ${AndIf} $0 != "yes"
    Call un.leave_it_to_the_administrator
  ${Else}
    !insertmacro WAIT_UNTIL_CLOSED $INSTDIR
    ${If} $role != "/Upgrade"
      Call un.remove_rule
    ${EndIf}
    Delete "$INSTDIR\hallway.exe"
    Delete "$INSTDIR\hallway.com"
    Delete "$INSTDIR\hallway.png"
    Delete "$INSTDIR\LICENSE-MIT.txt"
    Delete "$INSTDIR\LICENSE-APACHE.txt"
    Delete "$INSTDIR\THIRD-PARTY.txt"
    Delete "$INSTDIR\hallway.cdx.json"
    Delete "$INSTDIR\uninstall.exe"
    ; Only if nothing of somebody else's is in it.
    RMDir "$INSTDIR"
    !insertmacro REMOVE_ENTRIES
  ${EndIf}
  ${If} $role == ""
    ; Starting with the computer is each person's own setting; this is the one of who uninstalls.
    DeleteRegValue HKCU "${RUN}" "Hallway"
    DeleteRegValue HKCU "${RUN_APPROVED}" "Hallway"
  ${EndIf}
  System::Call 'shell32::SHChangeNotify(i 0x08000000, i 0, p 0, p 0)'
SectionEnd

Section /o "un.My rooms and keys" un_profile
  SetShellVarContext current
  RMDir /r "$LOCALAPPDATA\Hallway"
SectionEnd

LangString about_un_program ${LANG_ENGLISH} "The program and everything that belongs to it."
LangString about_un_profile ${LANG_ENGLISH} "Removes $LOCALAPPDATA\Hallway: your settings, what was said in your rooms, and the keys by which others know them. This cannot be undone. Other people's on this computer stay."
!insertmacro MUI_UNFUNCTION_DESCRIPTION_BEGIN
  !insertmacro MUI_DESCRIPTION_TEXT ${un_program} $(about_un_program)
  !insertmacro MUI_DESCRIPTION_TEXT ${un_profile} $(about_un_profile)
!insertmacro MUI_UNFUNCTION_DESCRIPTION_END

; Removes the firewall rule, and with an administrator also what Windows itself added when a room was first opened.
Function un.remove_rule
  ReadRegStr $ruled SHCTX "${OURS}" "FirewallRule"
  Call un.is_administrator
  ${If} $ruled == ""
  ${AndIf} $0 != "yes"
    Return
  ${EndIf}
  StrCpy $R1 '${NETSH} delete ${OUR_RULE} program="$INSTDIR\hallway.exe"'
  ${If} $ruled != ""
  ${AndIf} $ruled != "$INSTDIR\hallway.exe"
    StrCpy $R1 '$R1 & ${NETSH} delete ${OUR_RULE} program="$ruled"'
  ${EndIf}
  Call un.command_as_administrator
  ; netsh ends with the same status whether there is no rule any more or it cannot be removed.
  ${If} $R0 == "declined"
    MessageBox MB_YESNO|MB_ICONQUESTION "Windows did not allow it to remove Hallway's firewall rule. Remove Hallway all the same, and leave the rule?" /SD IDYES IDYES +3
    SetErrorLevel 2
    Quit
    ; Its note stays too, and the next installation knows of it.
    SetErrorLevel 3
    Return
  ${EndIf}
  DeleteRegValue SHCTX "${OURS}" "FirewallRule"
  DeleteRegKey /ifempty SHCTX "${OURS}"
FunctionEnd

; An administrator may have another account: that one removes the program, and this person's own things stay with this
; person's uninstaller.
Function un.leave_it_to_the_administrator
  ${Do}
    StrCpy $R0 "$EXEPATH"
    StrCpy $R1 "/S /Elevated _?=$INSTDIR"
    StrCpy $R2 ${SW_SHOWNORMAL}
    StrCpy $R3 ""
    Call un.run_as_administrator
    ${If} $R0 == 0
      Return
    ${EndIf}
    ${If} $R0 != 2
      MessageBox MB_OK|MB_ICONSTOP "Nothing is removed: Hallway is installed for everybody on this computer, and Windows did not allow it."
      SetErrorLevel 2
      Quit
    ${EndIf}
    !insertmacro RETRY_OR_QUIT
  ${Loop}
FunctionEnd

Function un.onInit
  SetRegView 64
  ${GetParameters} $0
  ClearErrors
  ${GetOptions} $0 "/PURGE" $1
  ${IfNot} ${Errors}
    !insertmacro SelectSection ${un_profile}
  ${EndIf}
  ClearErrors
  ${GetOptions} $0 "/Upgrade" $1
  ${IfNot} ${Errors}
    StrCpy $role "/Upgrade"
  ${EndIf}
  ClearErrors
  ${GetOptions} $0 "/Elevated" $1
  ${IfNot} ${Errors}
    StrCpy $role "/Elevated"
  ${EndIf}

  ; For whom this copy is, its own entry in the registry says.
  StrCpy $whom "me"
  ReadRegStr $1 HKLM "${UNINSTALL}" "InstallLocation"
  ${If} $1 == $INSTDIR
    StrCpy $whom "all"
  ${EndIf}
  Call un.is_administrator
  ${If} $whom == "all"
    ${If} $0 != "yes"
    ${AndIf} ${Silent}
      SetErrorLevel 2
      Quit
    ${EndIf}
  ${ElseIf} $0 == "yes"
    ; An administrator can start the uninstaller of another account, and would remove the wrong rooms and entries.
    ReadRegStr $1 HKCU "${UNINSTALL}" "InstallLocation"
    ${If} $1 != $INSTDIR
      MessageBox MB_OK|MB_ICONSTOP "Nothing is removed: this Hallway was not installed by this account. Uninstall it from the account that did." /SD IDOK
      SetErrorLevel 2
      Quit
    ${EndIf}
  ${EndIf}
FunctionEnd
