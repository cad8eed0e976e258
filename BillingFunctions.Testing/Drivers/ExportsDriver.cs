using System.Net;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text.Json;
using BillingFunctions.Testing.Processes;

namespace BillingFunctions.Testing.Drivers;

/// <summary>Plays a user of the export API.</summary>
internal sealed class ExportsDriver(BillingApp app)
{
    /// <summary>Starts an export.</summary>
    /// <returns>Its id.</returns>
    public async Task<string> StartAsync(object request)
    {
        using var response = await app.Http.PostAsJsonAsync("api/exports", request);
        var body = await response.Content.ReadAsStringAsync();
        Assert.True(response.StatusCode == HttpStatusCode.Accepted, body);
        var id = JsonDocument.Parse(body).RootElement.GetProperty("id").GetString()!;
        Assert.Equal($"/api/exports/{id}", response.Headers.Location?.ToString());
        return id;
    }

    public Task<JsonElement> GetAsync(string id) => app.Http.GetFromJsonAsync<JsonElement>($"api/exports/{id}");

    /// <summary>Waits until the run has ended, however.</summary>
    public Task<JsonElement> EndAsync(string id, TimeSpan? timeout = null) => Poll.UntilAsync(() => GetAsync(id), IsOver, timeout);

    /// <summary>Waits until the run has ended well.</summary>
    public async Task<JsonElement> CompleteAsync(string id, TimeSpan? timeout = null)
    {
        var run = await EndAsync(id, timeout);
        Assert.True(StatusOf(run) == "completed", $"{run}\n{app.Output}");
        return run;
    }

    /// <summary>Downloads the file, holds it against its run and its manifest, and reads it.</summary>
    public async Task<DownloadedCsv> DownloadAsync(string id)
    {
        var run = await GetAsync(id);
        var bytes = await app.Http.GetByteArrayAsync($"api/exports/{id}/file");
        var csv = DownloadedCsv.Read(bytes);
        var manifest = await app.Http.GetFromJsonAsync<JsonElement>($"api/exports/{id}/manifest");
        foreach (var described in new[] { run.GetProperty("file"), manifest })
        {
            Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(bytes)), described.GetProperty("sha256").GetString());
            Assert.Equal(bytes.Length, described.GetProperty("bytes").GetInt64());
        }

        Assert.Equal(csv.Rows.Count, manifest.GetProperty("rows").GetInt64());
        Assert.Equal(csv.Rows.Count, run.GetProperty("rows").GetInt64());
        Assert.Equal(100, run.GetProperty("percent").GetDouble());
        return csv;
    }

    public static bool IsOver(JsonElement run) => StatusOf(run) is "completed" or "failed" or "canceled";

    public static string StatusOf(JsonElement run) => run.GetProperty("status").GetString()!;
}
