using System.Globalization;
using BillingFunctions.Platform;
using BillingFunctions.Platform.Proving;
using HandlebarsDotNet;

namespace BillingFunctions.Insight.Proofs;

/// <summary>A proof as a page to be printed or kept as PDF. It needs no script and nothing from elsewhere.</summary>
internal static class ProofPage
{
    /// <summary>What the page may load: nothing but its own style.</summary>
    public const string ContentSecurityPolicy = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    private static readonly HandlebarsTemplate<object, object> Template = EmbeddedTemplate.Compile(typeof(ProofPage), "ProofPage", escape: true);

    public static string Of(ProofView proof) => Template(new
    {
        id = proof.Id,
        month = proof.Month,
        sha256 = proof.Sha256,
        made_at = Moment(proof.MadeAt),
        verdict = proof.Equal == true ? "Everything is as it should be." : "Not everything is as it should be.",
        lines = proof.Lines.Select(line => new
        {
            claim = line.Claim,
            verdict = line.Equal ? "Yes." : line.Error is null ? $"No: {line.DifferenceCount} differ." : "Not known.",
            error = line.Error ?? "",
            sides = new[] { line.Expected, line.Actual }.Select(side => new { of = side.Of, count = side.Count.ToString("N0", CultureInfo.InvariantCulture), amounts = string.Join(", ", side.Amounts) }).ToList(),
            differences = line.Differences.Select(difference => new { kind = difference.Kind.Replace('_', ' '), id = difference.Id, what = difference.What, amount = $"{difference.Amount}" }).ToList(),
        }).ToList(),
        changes = proof.Compared is { } compared
            ? compared.Same ? $"Nothing has changed since {NameOf(compared)}." : $"What has changed since {NameOf(compared)}"
            : "",
        changed = (proof.Compared?.Lines ?? []).Select(line => new { name = line.Name.Replace('_', ' '), added = Ids(line.New), settled = Ids(line.Settled) }).ToList(),
        signature = proof.SignedAt is null ? "Signature" : $"Signed {Moment(proof.SignedAt)} by {proof.SignedBy}",
    });

    private static string NameOf(ProofComparison compared) => compared.SignedAt is null ? compared.With : $"{compared.With}, signed {Moment(compared.SignedAt)}";

    private static string Ids(IReadOnlyList<ProofDifference> differences) => differences.Count == 0 ? "–" : string.Join(", ", differences.Select(difference => difference.Id));

    private static string Moment(DateTimeOffset? at) => at is { } moment ? moment.UtcDateTime.ToString("yyyy-MM-dd HH:mm 'UTC'", CultureInfo.InvariantCulture) : "–";
}
