using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using BillingFunctions.Testing.Processes;

namespace BillingFunctions.Testing.Drivers;

/// <summary>Plays a user of the upload API.</summary>
internal sealed class UploadsDriver(BillingApp app)
{
    /// <inheritdoc cref="SendAsync(HttpContent, bool, string?)"/>
    public Task<HttpResponseMessage> SendAsync(byte[] file, bool dryRun = false, string? key = null) => SendAsync(new ByteArrayContent(file), dryRun, key);

    /// <summary>Sends a file as <c>text/csv</c>.</summary>
    public Task<HttpResponseMessage> SendAsync(HttpContent file, bool dryRun = false, string? key = null)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, dryRun ? "api/uploads/customers?dry_run=true" : "api/uploads/customers") { Content = file };
        file.Headers.ContentType = new MediaTypeHeaderValue("text/csv");
        if (key is not null)
        {
            request.Headers.Add("Idempotency-Key", key);
        }

        return app.Http.SendAsync(request);
    }

    public async Task<string> UploadAsync(string file, bool dryRun = false) => await AcceptedAsync(await SendAsync(Encoding.UTF8.GetBytes(file), dryRun));

    /// <summary>Uploads it and waits for the end.</summary>
    public async Task<JsonElement> IngestAsync(string file, bool dryRun = false) => await EndAsync(await UploadAsync(file, dryRun));

    /// <summary>The id of the upload that was accepted.</summary>
    public static async Task<string> AcceptedAsync(HttpResponseMessage response)
    {
        using (response)
        {
            var text = await response.Content.ReadAsStringAsync();
            Assert.True(response.StatusCode == HttpStatusCode.Accepted, text);
            var body = JsonDocument.Parse(text).RootElement;
            var id = body.GetProperty("id").GetString()!;
            Assert.Equal($"/api/uploads/{id}", body.GetProperty("status_url").GetString());
            Assert.Equal($"/api/uploads/{id}", response.Headers.Location?.ToString());
            return id;
        }
    }

    public Task<JsonElement> GetAsync(string id) => app.Http.GetFromJsonAsync<JsonElement>($"api/uploads/{id}");

    public Task<JsonElement> EndAsync(string id, TimeSpan? timeout = null) =>
        Poll.UntilAsync(() => GetAsync(id), upload => Status(upload) is not ("queued" or "running"), timeout);

    public Task<string> ErrorsAsync(string id) => app.Http.GetStringAsync($"api/uploads/{id}/errors.csv");

    public Task<JsonElement> CustomerAsync(string id) => app.Http.GetFromJsonAsync<JsonElement>($"api/customers/{Uri.EscapeDataString(id)}");

    public static string? Status(JsonElement upload) => upload.GetProperty("status").GetString();

    public static (string? Status, long Rows, long Accepted, long Rejected) Counts(JsonElement upload) =>
        (Status(upload), upload.GetProperty("rows").GetInt64(), upload.GetProperty("accepted").GetInt64(), upload.GetProperty("rejected").GetInt64());
}
