using System.Globalization;

namespace ScriptMta.Common.Posix;

/// <summary>The load average of the last minute, in thousandths; -1 where the system does not tell.</summary>
static class MachineLoad
{
    public static int Thousandths()
    {
        try
        {
            var text = File.ReadAllText("/proc/loadavg");
            var first = text.AsSpan(0, Math.Max(0, text.IndexOf(' ', StringComparison.Ordinal)));
            return double.TryParse(first, NumberStyles.Float, CultureInfo.InvariantCulture, out var load) ? (int)(load * 1000) : -1;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException) { return -1; }
    }
}
