/* Stands in for netsh.exe, which Wine has only by name: it writes down what it is asked, and does it unless there is
   C:\netsh-fails. */
#include <stdio.h>
#include <windows.h>

int main(void) {
    char asked[4096] = "";
    WideCharToMultiByte(CP_UTF8, 0, GetCommandLineW(), -1, asked, sizeof asked - 1, NULL, NULL);
    FILE *list = fopen("C:\\netsh.txt", "a");
    if (!list) return 2;
    fprintf(list, "%s\n", asked);
    fclose(list);
    return GetFileAttributesA("C:\\netsh-fails") == INVALID_FILE_ATTRIBUTES ? 0 : 1;
}
