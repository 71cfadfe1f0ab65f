; What only an administrator may do: one question of Windows for it, and how it ended. NSIS's own ExecShellWait does not
; tell a status.
;
; Everybody is an administrator under Wine. With -DAS_PERSON nobody is one until started again with /Elevated, which
; makes the ways through ShellExecuteEx run there too. The question itself, and that it is asked in another account, no
; test has seen.

!define NETSH '"$SYSDIR\netsh.exe" advfirewall firewall'
!define OUR_RULE 'rule name="Hallway" dir=in'
!define ALLOWED "action=allow profile=private,domain protocol=TCP"

!macro ADMINISTRATOR un
; $0: "yes" if this runs as one. Changes $1.
Function ${un}is_administrator
  UserInfo::GetAccountType
  Pop $1
  StrCpy $0 "no"
  ${If} $1 == "Admin"
    StrCpy $0 "yes"
  ${EndIf}
  !ifdef AS_PERSON
    ${GetParameters} $1
    ClearErrors
    ${GetOptions} $1 "/Elevated" $1
    ${If} ${Errors}
      StrCpy $0 "no"
    ${EndIf}
  !endif
FunctionEnd

; Runs $R0 with the words $R1, shown as $R2 says (SW_), and waits for it; "hide" in $R3 hides this window meanwhile.
; $R0: its status, or "declined". Changes $0 to $6.
Function ${un}run_as_administrator
  System::Call '*(&t${NSIS_MAX_STRLEN} "runas")p.r1'
  System::Call '*(&t${NSIS_MAX_STRLEN} R0)p.r2'
  System::Call '*(&t${NSIS_MAX_STRLEN} R1)p.r3'
  ; SHELLEXECUTEINFO of 64 bits. The mask: keep the process, return when it is there, no messages of Windows' own.
  System::Call '*(i 112, i 0x540, p $HWNDPARENT, p r1, p r2, p r3, p 0, i R2, i 0, p 0, p 0, p 0, p 0, i 0, i 0, p 0, p 0)p.r4'
  ; Without the W it is there too, for letters of 8 bits.
  System::Call 'shell32::ShellExecuteExW(p r4)i.r0'
  StrCpy $R0 "declined"
  StrCpy $5 0
  ${If} $0 <> 0
    System::Call '*$4(i, i, p, p, p, p, p, i, i, p, p, p, p, i, i, p, p.r5)'
  ${EndIf}
  ${If} $5 P<> 0
    ${If} $R3 == "hide"
      HideWindow
    ${EndIf}
    ; A MSG. Other programs must not wait for an answer of this window.
    System::Alloc 48
    Pop $6
    ${Do}
      System::Call 'user32::MsgWaitForMultipleObjects(i 1, *p r5, i 0, i -1, i 0x4FF)i.r0'
      ${If} $0 <> 1
        ${ExitDo}
      ${EndIf}
      ${Do}
        System::Call 'user32::PeekMessage(p r6, p 0, i 0, i 0, i 1)i.r0'
        ${If} $0 = 0
          ${ExitDo}
        ${EndIf}
        System::Call 'user32::DispatchMessage(p r6)'
      ${Loop}
    ${Loop}
    System::Call 'kernel32::GetExitCodeProcess(p r5, *i .R0)'
    System::Call 'kernel32::CloseHandle(p r5)'
    System::Free $6
  ${EndIf}
  System::Free $1
  System::Free $2
  System::Free $3
  System::Free $4
FunctionEnd

; Runs the commands $R1 in one go. $R0: the status of the last one, or "declined". A silent installer asks nobody.
Function ${un}command_as_administrator
  StrCpy $R0 "$SYSDIR\cmd.exe"
  StrCpy $R1 '/d /s /c "$R1"'
  Call ${un}is_administrator
  ${If} $0 == "yes"
    nsExec::Exec '"$R0" $R1'
    Pop $R0
  ${ElseIf} ${Silent}
    StrCpy $R0 "declined"
  ${Else}
    StrCpy $R2 ${SW_HIDE}
    StrCpy $R3 ""
    Call ${un}run_as_administrator
  ${EndIf}
  ${If} $R0 == "error"
    StrCpy $R0 "declined"
  ${EndIf}
FunctionEnd
!macroend

!insertmacro ADMINISTRATOR ""
!insertmacro ADMINISTRATOR "un."
