using System.Buffers;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace BillingFunctions.UsageBilling;

/// <summary>What the ids of usage billing are made of: 24 hex digits, which begin with the time in milliseconds, so that they sort by age.</summary>
internal static class UsageKey
{
    public const int Length = 24;

    private const int TimeDigits = 12;
    private const int NumberDigits = 4;

    private static readonly SearchValues<char> Digits = SearchValues.Create("0123456789abcdef");

    /// <summary>A new key, unlike any other.</summary>
    public static string New(DateTimeOffset now) => $"{TimeOf(now)}{RandomNumberGenerator.GetHexString(Length - TimeDigits, lowercase: true)}";

    /// <summary>A key that is the same each time that it is made of the same things.</summary>
    /// <param name="like">A key whose time it gets.</param>
    /// <param name="seed">What tells it from others.</param>
    public static string Of(string like, string seed) =>
        $"{like[..TimeDigits]}{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{like}|{seed}")))[..(Length - TimeDigits)]}";

    /// <summary>The key of one of many things that are made together; they sort by their number.</summary>
    /// <param name="together">The key of all of them.</param>
    /// <param name="number">Which of them, 0 to 65,535.</param>
    public static string Of(string together, int number) => $"{together[..^NumberDigits]}{number.ToString($"x{NumberDigits}", CultureInfo.InvariantCulture)}";

    public static bool Is(ReadOnlySpan<char> text) => text.Length == Length && !text.ContainsAnyExcept(Digits);

    private static string TimeOf(DateTimeOffset time) => time.ToUnixTimeMilliseconds().ToString("x12", CultureInfo.InvariantCulture);
}

/// <summary>The id of an organization, <c>org_…</c>: the partition of all that it has.</summary>
internal static class OrganizationId
{
    public const string Prefix = "org_";

    public static string New(DateTimeOffset now) => Prefix + UsageKey.New(now);

    public static bool Is(string? text) => text is not null && text.StartsWith(Prefix, StringComparison.Ordinal) && UsageKey.Is(text.AsSpan(Prefix.Length));
}

/// <summary>The id of an invoice, <c>inv_…</c>. It carries its organization's, so that it is found with one look.</summary>
/// <param name="OrganizationId">The organization.</param>
/// <param name="Key">Which of its invoices.</param>
internal readonly record struct InvoiceId(string OrganizationId, string Key)
{
    private const string Prefix = "inv_";

    public static InvoiceId? Parse(string? text) =>
        text is { Length: 4 + (2 * UsageKey.Length) } && text.StartsWith(Prefix, StringComparison.Ordinal) && UsageKey.Is(text.AsSpan(4, UsageKey.Length)) && UsageKey.Is(text.AsSpan(4 + UsageKey.Length))
            ? new InvoiceId($"{UsageBilling.OrganizationId.Prefix}{text.AsSpan(4, UsageKey.Length)}", text[(4 + UsageKey.Length)..])
            : null;

    public override string ToString() => $"{Prefix}{OrganizationId[UsageBilling.OrganizationId.Prefix.Length..]}{Key}";
}

/// <summary>The id of an invoice item, <c>ii_…</c>. It carries its invoice's, and is the stable key of its line at Stripe.</summary>
/// <param name="Invoice">The invoice.</param>
/// <param name="Key">Which of its items.</param>
internal readonly record struct ItemId(InvoiceId Invoice, string Key)
{
    private const string Prefix = "ii_";
    private const int InvoiceEnd = 3 + (2 * UsageKey.Length);

    public static ItemId? Parse(string? text) =>
        text is { Length: InvoiceEnd + UsageKey.Length } && text.StartsWith(Prefix, StringComparison.Ordinal) && UsageKey.Is(text.AsSpan(InvoiceEnd))
        && InvoiceId.Parse($"inv_{text[3..InvoiceEnd]}") is { } invoice
            ? new ItemId(invoice, text[InvoiceEnd..])
            : null;

    public override string ToString() => $"{Prefix}{Invoice.ToString()[4..]}{Key}";
}
