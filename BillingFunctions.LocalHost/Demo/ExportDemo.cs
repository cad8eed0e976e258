using System.Security.Cryptography;
using System.Text.Json;
using BillingFunctions.LocalHost.Services;

namespace BillingFunctions.LocalHost.Demo;

/// <summary>Exports all customers to a CSV file and brings it into <c>.local/exports</c>.</summary>
internal sealed class ExportDemo(string root, TimeProvider time) : IDemoStep
{
    private const string Title = "Customer export";
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(250);

    public string Route => "api/exports";

    public async Task RunAsync(HttpClient app, DemoConsole console, CancellationToken cancellationToken)
    {
        var export = await StartAsync(app, cancellationToken);
        await console.ProgressAsync(Title, async progress => export = await FollowAsync(app, export, progress, cancellationToken));
        if (export is not { Status: "completed", File: { } file })
        {
            throw new DemoException($"export {export.Id} is {export.Status}. {export.Error}");
        }

        var path = await DownloadAsync(app, export.Id, file, cancellationToken);
        WriteResult(console, app.BaseAddress!, export, file, path);
    }

    private static async Task<ExportStatus> StartAsync(HttpClient app, CancellationToken cancellationToken)
    {
        using var response = await app.PostAsJsonAsync("api/exports", new { TargetDirectory = "exports" }, DemoJson.Options, cancellationToken);
        if (!response.IsSuccessStatusCode)
        {
            throw new DemoException($"POST /api/exports answered {(int)response.StatusCode}.");
        }

        var status = response.Headers.Location ?? throw new DemoException("POST /api/exports names no Location.");
        return await StatusAsync(app, status.ToString(), cancellationToken);
    }

    private async Task<ExportStatus> FollowAsync(
        HttpClient app,
        ExportStatus export,
        IProgress<DemoProgress> progress,
        CancellationToken cancellationToken)
    {
        while (!export.HasEnded)
        {
            progress.Report(new DemoProgress(export.Percent ?? 0, Words(export)));
            await Task.Delay(Poll, time, cancellationToken);
            export = await StatusAsync(app, $"api/exports/{export.Id}", cancellationToken);
        }

        progress.Report(new DemoProgress(export.Status == "completed" ? 100 : export.Percent ?? 0, Words(export)));
        return export;
    }

    private static async Task<ExportStatus> StatusAsync(HttpClient app, string uri, CancellationToken cancellationToken)
    {
        try
        {
            return await app.GetFromJsonAsync<ExportStatus>(uri, DemoJson.Options, cancellationToken)
                ?? throw new DemoException($"GET {uri} answered nothing.");
        }
        catch (JsonException exception)
        {
            throw new DemoException($"GET {uri} answered something else than a status: {exception.Message}");
        }
    }

    private async Task<string> DownloadAsync(HttpClient app, string id, ExportStatus.FileStatus file, CancellationToken cancellationToken)
    {
        var path = Path.Combine(LocalFolder.Create(root, "exports"), Path.GetFileName(file.Path));
        await using (var source = await app.GetStreamAsync($"api/exports/{id}/file", cancellationToken))
        await using (var target = File.Create(path))
        {
            await source.CopyToAsync(target, cancellationToken);
        }

        await using var written = File.OpenRead(path);
        var hash = Convert.ToHexStringLower(await SHA256.HashDataAsync(written, cancellationToken));
        return string.Equals(hash, file.Sha256, StringComparison.OrdinalIgnoreCase)
            ? path
            : throw new DemoException($"{path} has the hash {hash}, but the export says {file.Sha256}.");
    }

    private static string Words(ExportStatus export)
        => FormattableString.Invariant($"{export.Rows:N0} rows, {export.RowsPerSecond ?? 0:N0} rows/s");

    private static void WriteResult(DemoConsole console, Uri app, ExportStatus export, ExportStatus.FileStatus file, string path)
    {
        console.WriteLine(FormattableString.Invariant($"{Title} completed: {export.Rows:N0} rows, {file.Bytes:N0} bytes."));
        console.WriteLine($"    CSV       {path}");
        console.WriteLine($"    sha256    {file.Sha256}");
        console.WriteLine($"    Status    {app}api/exports/{export.Id}");
        console.WriteLine($"    Download  {app}api/exports/{export.Id}/file");
        console.WriteLine($"    Manifest  {app}api/exports/{export.Id}/manifest");
    }
}
