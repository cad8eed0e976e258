using BillingFunctions.Exports.Ending;
using BillingFunctions.Exports.Runs;

namespace BillingFunctions.Exports.Files;

/// <summary>What lies beside each file, for whoever wants to check it: rows, digest, window and columns.</summary>
/// <param name="RunId">The run that made the file.</param>
/// <param name="Path"><c>container/prefix/name</c>.</param>
/// <param name="Rows">Customers in the file, the header not counted.</param>
/// <param name="Pages">Pages read from Stripe.</param>
/// <param name="Bytes">Length of the file.</param>
/// <param name="Sha256">Digest of the file, hexadecimal.</param>
/// <param name="CreatedFrom">First second of the window of <c>created</c>.</param>
/// <param name="CreatedTo">Last second of the window: the cut-off.</param>
/// <param name="Fields">The columns.</param>
/// <param name="Formulas">What was done with cells that look like formulas.</param>
/// <param name="PublishedAt">When the file appeared.</param>
internal sealed record ExportManifest(
    string RunId,
    string Path,
    long Rows,
    int Pages,
    long Bytes,
    string Sha256,
    DateTimeOffset CreatedFrom,
    DateTimeOffset CreatedTo,
    IReadOnlyList<string> Fields,
    FormulaHandling Formulas,
    DateTimeOffset PublishedAt)
{
    public static ExportManifest From(ExportState state, ExportedFile file, DateTimeOffset now) => new(
        state.Plan.RunId,
        file.Path,
        state.Rows,
        state.Pages,
        file.Bytes,
        file.Sha256,
        DateTimeOffset.FromUnixTimeSeconds(state.Plan.From),
        DateTimeOffset.FromUnixTimeSeconds(state.Plan.To),
        state.Plan.Fields,
        state.Plan.Formulas,
        now);
}
