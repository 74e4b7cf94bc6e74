using System.Buffers.Binary;

namespace ScriptMta.Acl;

/// <summary>What is remembered of something that was asked; the numbers are in the hints on disk.</summary>
enum CalloutMemory : byte { Unknown = 0, Accept = 1, Reject = 2, RejectNullSender = 3 }

/// <summary>One address: accepted or rejected, and when.</summary>
readonly record struct CalloutAddressRecord(CalloutMemory Result, DateTimeOffset At)
{
    const int Size = 9;

    public byte[] Encode()
    {
        var bytes = new byte[Size];
        bytes[0] = (byte)Result;
        BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(1), At.ToUnixTimeSeconds());
        return bytes;
    }

    /// <summary>Null for bytes that no version of ours wrote.</summary>
    public static CalloutAddressRecord? Decode(byte[]? bytes) =>
        bytes is { Length: Size } && Enum.IsDefined((CalloutMemory)bytes[0]) ? new((CalloutMemory)bytes[0], CalloutTimes.Read(bytes, 1)) : null;
}

/// <summary>One domain: how MAIL was taken, and what came of the postmaster and random checks, each with its own time.</summary>
readonly record struct CalloutDomainRecord(CalloutMemory Result, DateTimeOffset At, CalloutMemory Postmaster, DateTimeOffset PostmasterAt, CalloutMemory Random, DateTimeOffset RandomAt)
{
    const int Size = 27;

    public byte[] Encode()
    {
        var bytes = new byte[Size];
        (bytes[0], bytes[9], bytes[18]) = ((byte)Result, (byte)Postmaster, (byte)Random);
        BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(1), At.ToUnixTimeSeconds());
        BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(10), PostmasterAt.ToUnixTimeSeconds());
        BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(19), RandomAt.ToUnixTimeSeconds());
        return bytes;
    }

    public static CalloutDomainRecord? Decode(byte[]? bytes) =>
        bytes is { Length: Size } && Enum.IsDefined((CalloutMemory)bytes[0]) && Enum.IsDefined((CalloutMemory)bytes[9]) && Enum.IsDefined((CalloutMemory)bytes[18])
            ? new((CalloutMemory)bytes[0], CalloutTimes.Read(bytes, 1), (CalloutMemory)bytes[9], CalloutTimes.Read(bytes, 10), (CalloutMemory)bytes[18], CalloutTimes.Read(bytes, 19)) : null;
}

/// <summary>Unix seconds in a record.</summary>
static class CalloutTimes
{
    public static DateTimeOffset Read(byte[] bytes, int at) =>
        DateTimeOffset.FromUnixTimeSeconds(Math.Clamp(BinaryPrimitives.ReadInt64LittleEndian(bytes.AsSpan(at)), 0, DateTimeOffset.MaxValue.ToUnixTimeSeconds()));
}
