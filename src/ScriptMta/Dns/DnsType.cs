namespace ScriptMta.Dns;

/// <summary>Record types with their numbers on the wire (IANA). A type without a name here can still be asked for and comes back as a <see cref="RawRecord"/>.</summary>
enum DnsType : ushort
{
    A = 1, NS = 2, CNAME = 5, SOA = 6, PTR = 12, MX = 15, TXT = 16, AAAA = 28, SRV = 33, OPT = 41, TLSA = 52, SPF = 99, ANY = 255, CAA = 257,
}
