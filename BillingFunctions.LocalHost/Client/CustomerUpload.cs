namespace BillingFunctions.LocalHost.Client;

/// <summary>A file of customers that was sent to the app.</summary>
/// <param name="Errors">The first 100.</param>
internal sealed record CustomerUpload(
    string Id, string Status, bool DryRun, long Rows, long Accepted, long Rejected, double Percent, string? Error, IReadOnlyList<CustomerUpload.RowError> Errors) : IJob
{
    public string Path => PathOf(Id);

    public string CommandLine => $"ingest --watch {Id}";

    public bool HasEnded => Status is "completed" or "failed" or "refused";

    public JobProgress HowFar => new(Percent, FormattableString.Invariant($"{Rows:N0} rows"));

    /// <summary>What came of it, in a line.</summary>
    public string Summary => FormattableString.Invariant($"Customer upload {Status}: {Accepted:N0} customers{(DryRun ? " would be accepted" : "")}, {Rejected:N0} rows rejected.");

    /// <summary>Sends the file as it is read. A form tells its name, too.</summary>
    public static async Task<CustomerUpload> StartAsync(ApiClient app, FileInfo file, bool dryRun, CancellationToken cancellationToken)
    {
        using var content = new MultipartFormDataContent { { new StreamContent(OpenRead(file)), "file", file.Name } };
        var accepted = await app.PostAsync<NewUpload>($"api/uploads/customers?dry_run={(dryRun ? "true" : "false")}", content, cancellationToken);
        return await ReadAsync(app, accepted.Id, cancellationToken);
    }

    public static Task<CustomerUpload> ReadAsync(ApiClient app, string id, CancellationToken cancellationToken) => app.GetAsync<CustomerUpload>(PathOf(id), cancellationToken);

    /// <exception cref="JobException">It has not been completed.</exception>
    public async Task<CustomerUpload> FinishAsync(ApiClient app, JobConsole console, CancellationToken cancellationToken)
    {
        var ended = await app.WatchAsync("Customer upload", this, console, cancellationToken);
        return ended.Status == "completed" ? ended : throw new JobException($"upload {ended.Id} is {ended.Status}. {ended.Error}".Trim());
    }

    public Task SaveErrorsAsync(ApiClient app, OutputFile target, CancellationToken cancellationToken) =>
        target.WriteAsync(stream => app.DownloadAsync($"{Path}/errors.csv", stream, cancellationToken));

    private static string PathOf(string id) => $"api/uploads/{Uri.EscapeDataString(id)}";

    private static FileStream OpenRead(FileInfo file)
    {
        try
        {
            return file.OpenRead();
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new JobException($"{file} cannot be read: {exception.Message}", exception);
        }
    }

    /// <param name="Line">From 1; the header is line 1.</param>
    /// <param name="Column">Null when it is about the whole row.</param>
    internal sealed record RowError(long Line, string? Column, string? Value, string Message);

    private sealed record NewUpload(string Id);
}
