namespace ScriptMta.Spool;

/// <summary>Where a record begins: segment number and byte offset. The default value means "none": numbers begin at 1.</summary>
readonly record struct JournalPosition(ulong Value)
{
    public JournalPosition(uint segment, uint offset) : this(((ulong)segment << 32) | offset) { }

    public uint Segment => (uint)(Value >> 32);
    public uint Offset => (uint)Value;
    public bool IsNone => Value == 0;

    public override string ToString() => $"segment {Segment} offset {Offset}";
}
