using System.Data.Common;
using System.Globalization;
using MySqlConnector;
using ScriptMta.Common;

namespace ScriptMta.Lookups;

/// <summary>One column, and its values in the text form that a MySQL server gives to clients that ask for text, as Exim does.</summary>
sealed class MysqlField(DbColumn column)
{
    readonly int _ordinal = column.ColumnOrdinal ?? 0;
    readonly int _decimals = Math.Clamp(column.NumericScale ?? 0, 0, 6);
    readonly string _type = column.DataTypeName ?? "";

    public string Name { get; } = Latin1.FromUnicode(column.ColumnName);

    /// <summary>Null for NULL.</summary>
    public string? Text(MySqlDataReader reader)
    {
        if (reader.IsDBNull(_ordinal)) return null;
        // Its digits do not fit into a decimal.
        if (_type == "DECIMAL") return reader.GetMySqlDecimal(_ordinal).ToString();
        return reader.GetValue(_ordinal) switch
        {
            string text => Latin1.FromUnicode(text),
            byte[] bytes => Latin1.Decode(bytes),
            ulong bits when _type == "BIT" => Bits(bits),
            double number => Number(number, "R"),
            float number => Number(double.Parse(number.ToString("G6", CultureInfo.InvariantCulture), CultureInfo.InvariantCulture), "R"),
            MySqlDateTime moment => Moment(moment),
            TimeSpan time => Time(time),
            IFormattable other => other.ToString(null, CultureInfo.InvariantCulture),
            var other => Latin1.FromUnicode(other.ToString() ?? ""),
        };
    }

    /// <summary>Big-endian, in as many bytes as the column's bits need.</summary>
    string Bits(ulong bits)
    {
        var bytes = BitConverter.GetBytes(bits);
        Array.Reverse(bytes);
        return Latin1.Decode(bytes.AsSpan(bytes.Length - Math.Clamp(((column.ColumnSize ?? 64) + 7) / 8, 1, bytes.Length)));
    }

    /// <summary>The shortest digits that give the number back; with an exponent below 1e-15 and from 1e15.</summary>
    static string Number(double number, string format)
    {
        if (number == 0) return "0";
        var text = number.ToString("E16", CultureInfo.InvariantCulture);
        var shortest = number.ToString(format, CultureInfo.InvariantCulture);
        var exponent = int.Parse(text[(text.IndexOf('E') + 1)..], CultureInfo.InvariantCulture);
        if (exponent is >= -15 and < 15) return shortest.Contains('E') ? decimal.Parse(shortest, NumberStyles.Float, CultureInfo.InvariantCulture).ToString(CultureInfo.InvariantCulture) : shortest;
        if (shortest.IndexOf('E') is var at and >= 0) return $"{shortest[..at]}e{int.Parse(shortest[(at + 1)..], CultureInfo.InvariantCulture)}";
        var digits = shortest.TrimStart('-').Replace(".", "", StringComparison.Ordinal).Trim('0');
        return $"{(number < 0 ? "-" : "")}{digits[..1]}{(digits.Length > 1 ? "." : "")}{digits[1..]}e{exponent}";
    }

    string Moment(MySqlDateTime moment)
    {
        var date = $"{moment.Year:D4}-{moment.Month:D2}-{moment.Day:D2}";
        return _type == "DATE" ? date : $"{date} {moment.Hour:D2}:{moment.Minute:D2}:{moment.Second:D2}{Fraction(moment.Microsecond)}";
    }

    string Time(TimeSpan time) =>
        $"{(time < TimeSpan.Zero ? "-" : "")}{(int)Math.Abs(time.TotalHours):D2}:{Math.Abs(time.Minutes):D2}:{Math.Abs(time.Seconds):D2}{Fraction((int)(Math.Abs(time.Ticks) / 10 % 1_000_000))}";

    string Fraction(int microseconds) => _decimals == 0 ? "" : "." + microseconds.ToString("D6", CultureInfo.InvariantCulture)[.._decimals];
}
