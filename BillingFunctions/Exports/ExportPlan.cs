namespace BillingFunctions.Exports;

/// <summary>A validated export; fixed for the life of the run.</summary>
/// <param name="RunId">The run, which is also the orchestration's instance id.</param>
/// <param name="Container">The blob container.</param>
/// <param name="BlobName">The file inside it.</param>
/// <param name="Fields">The columns.</param>
/// <param name="From">First second of the window of <c>created</c>, Unix time.</param>
/// <param name="To">Last second of the window.</param>
/// <param name="Overwrite">Whether an existing file may be replaced.</param>
/// <param name="Formulas">What happens to cells that look like formulas.</param>
/// <param name="NotifyEmail">Who gets a mail when the export ends.</param>
public sealed record ExportPlan(
    string RunId,
    string Container,
    string BlobName,
    IReadOnlyList<string> Fields,
    long From,
    long To,
    bool Overwrite,
    FormulaHandling Formulas,
    string? NotifyEmail)
{
    /// <summary>Where the file is, as a user names it.</summary>
    public string Path => $"{Container}/{BlobName}";
}
