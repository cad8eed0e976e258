using System.Security.Cryptography;

namespace BillingFunctions.LocalHost.Client;

/// <summary>An export of customers.</summary>
internal sealed record ExportRun(
    string Id,
    string Status,
    long Rows,
    double? Percent,
    double? RowsPerSecond,
    DateTimeOffset StartedAt,
    DateTimeOffset? FinishedAt,
    ExportRun.CsvFile? File,
    string? Error) : IJob
{
    public string Path => PathOf(Id);

    public string CommandLine => $"export --resume {Id}";

    public bool HasEnded => Status is "completed" or "failed" or "canceled";

    public JobProgress HowFar => new(
        Status == "completed" ? 100 : Percent ?? 0, FormattableString.Invariant($"{Rows:N0} rows, {RowsPerSecond ?? 0:N0} rows/s"));

    /// <summary>What came of it, in a line.</summary>
    public string Summary => FormattableString.Invariant($"Customer export {Status}: {Rows:N0} rows, {File?.Bytes ?? 0:N0} bytes in {(FinishedAt - StartedAt)?.TotalSeconds:0.0} s.");

    public static Task<ExportRun> StartAsync(ApiClient app, ExportRequest request, CancellationToken cancellationToken) =>
        app.PostAsync<ExportRun>("api/exports", JsonContent.Create(request, options: ApiClient.Json), cancellationToken);

    /// <summary>Finds an earlier run, and has it carried on if it failed.</summary>
    public static async Task<ExportRun> ResumeAsync(ApiClient app, string id, CancellationToken cancellationToken)
    {
        var run = await app.GetAsync<ExportRun>(PathOf(id), cancellationToken);
        return run.Status == "failed" ? await app.PostAsync<ExportRun>($"{run.Path}/resume", null, cancellationToken) : run;
    }

    /// <exception cref="JobException">It has not been completed.</exception>
    public async Task<ExportRun> FinishAsync(ApiClient app, JobConsole console, CancellationToken cancellationToken)
    {
        var ended = await app.WatchAsync("Customer export", this, console, cancellationToken);
        return ended is { Status: "completed", File: not null } ? ended : throw new JobException($"export {ended.Id} is {ended.Status}. {ended.Error}".Trim())
        {
            Details = ended.Status == "failed" ? [$"Carry it on with: {ended.CommandLine}"] : [],
        };
    }

    /// <exception cref="JobException">What arrives is not what the app has written.</exception>
    public Task SaveAsync(ApiClient app, OutputFile target, CancellationToken cancellationToken) => target.WriteAsync(async stream =>
    {
        using var sha = SHA256.Create();
        await using var hashing = new CryptoStream(stream, sha, CryptoStreamMode.Write, leaveOpen: true);
        await app.DownloadAsync($"{Path}/file", hashing, cancellationToken);
        await hashing.FlushFinalBlockAsync(cancellationToken);
        var hash = Convert.ToHexStringLower(sha.Hash!);
        if (!string.Equals(hash, File!.Sha256, StringComparison.OrdinalIgnoreCase))
        {
            throw new JobException($"The file has the hash {hash}, but the export says {File.Sha256}.");
        }
    });

    private static string PathOf(string id) => $"api/exports/{Uri.EscapeDataString(id)}";

    /// <param name="Path"><c>container/prefix/name</c>.</param>
    internal sealed record CsvFile(string Path, long Bytes, string Sha256);
}

/// <param name="TargetDirectory"><c>container</c> or <c>container/prefix</c>.</param>
internal sealed record ExportRequest(string TargetDirectory)
{
    public string? FileName { get; init; }

    public IReadOnlyList<string>? Fields { get; init; }

    public DateTimeOffset? CreatedFrom { get; init; }

    public DateTimeOffset? CreatedTo { get; init; }

    public bool Overwrite { get; init; }

    /// <summary><c>escape</c> or <c>raw</c>.</summary>
    public string Formulas { get; init; } = "escape";
}
