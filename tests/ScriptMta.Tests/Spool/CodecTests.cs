using FsCheck;
using FsCheck.Fluent;
using ScriptMta.Mail;
using ScriptMta.Spool;

namespace ScriptMta.Tests.Spool;

public sealed class CodecTests
{
    static readonly DateTimeOffset Time = new(2026, 5, 6, 7, 8, 9, TimeSpan.FromMinutes(-210));

    [Fact]
    public void Any_bytes_in_a_head_decode_or_are_refused_as_corrupt()
    {
        using var head = new PayloadWriter();
        MessageCodec.Write(head, new TestMail(1).Envelope, new TestMail(1).Headers, 5);
        var intact = head.Written.ToArray();
        Check.QuickThrowOnFailure(Prop.ForAll<int, byte, int>((at, value, cut) =>
        {
            var bytes = intact[..(intact.Length - (cut & 0x7FFFFFFF) % 3)];
            bytes[(at & 0x7FFFFFFF) % bytes.Length] = value;
            try { MessageCodec.Read(bytes, new TestMail(1).Id); }
            catch (SpoolException error) { return error.Fault == SpoolFault.Corrupt; }
            catch (ArgumentException) { return true; } // a time outside of the calendar
            return true;
        }));
    }

    [Fact]
    public void A_whole_state_survives_its_encoding()
    {
        var deferral = new Deferral(Time, Time.AddMinutes(1), Time.AddMinutes(2), "refused", "connection refused", "mx");
        var state = new DeliveryState
        {
            DoneKeys = ["a", "b\0\xFF"],
            Deferrals = System.Collections.Immutable.ImmutableDictionary<string, Deferral>.Empty.Add("c", deferral),
            AddedRecipients = [new(new("d", "example.com"), "e", "f", "g")],
            NextAttempt = DateTimeOffset.MaxValue,
            FirstDelivery = Time,
            FrozenSince = Time.AddDays(1),
            EditedSender = MailAddress.Null,
            WarningsSent = 3,
            ManuallyThawed = true,
            SomeFailed = true,
            SetAsideUntil = Time.AddDays(2),
            EditedHeaders = new([HeaderField.Create("Subject", "edited")]),
        };
        Assert.All(typeof(DeliveryState).GetProperties(), property => Assert.NotEqual(property.GetValue(DeliveryState.Fresh), property.GetValue(state)));
        using var payload = new PayloadWriter();
        StateCodec.Write(payload, state);
        var read = StateCodec.Read(payload.Written.Span);
        Assert.Equal(state.DoneKeys.Order(), read.DoneKeys.Order());
        Assert.Equal(state.Deferrals, read.Deferrals);
        Assert.Equal(state.AddedRecipients.AsEnumerable(), read.AddedRecipients.AsEnumerable());
        Assert.Equal(state.EditedHeaders!.ToText(), read.EditedHeaders!.ToText());
        Assert.Equal(state with { DoneKeys = [], Deferrals = read.Deferrals, AddedRecipients = [], EditedHeaders = null }, read with { DoneKeys = [], AddedRecipients = [], EditedHeaders = null });
    }

    [Fact]
    public void Every_kind_of_change_has_a_row()
    {
        foreach (var kind in typeof(SpoolChange).GetNestedTypes())
        {
            using var payload = new PayloadWriter();
            var change = (SpoolChange)System.Runtime.CompilerServices.RuntimeHelpers.GetUninitializedObject(kind);
            var error = Record.Exception(() => ChangeCodec.Write(payload, [change]));
            Assert.IsNotType<KeyNotFoundException>(error);
        }
    }

    [Fact]
    public void A_change_of_a_later_version_is_refused_by_number()
    {
        var error = Assert.Throws<SpoolException>(() => ChangeCodec.Read([1, 77]));
        Assert.Contains("kind 77", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Text_that_is_not_byte_text_is_refused_rather_than_changed()
    {
        using var payload = new PayloadWriter();
        Assert.ThrowsAny<ArgumentException>(() => payload.Text("\u20AC"));
    }

    [Fact]
    public void The_checksum_is_the_standard_one()
    {
        Assert.Equal(0xE3069283u, Crc32C.Compute("123456789"u8));
        Assert.Equal(0xE3069283u, Crc32C.Compute("56789"u8, Crc32C.Compute("1234"u8)));
        Assert.Equal(0x8A9136AAu, Crc32C.Compute(new byte[32]));
    }
}
