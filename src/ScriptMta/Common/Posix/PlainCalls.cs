using System.Runtime.CompilerServices;

// Every system call of ours takes and gives plain values (LibraryImport does the rest), so that none needs a stub made when it is first called: they are in the binary as it is published.
[assembly: DisableRuntimeMarshalling]
