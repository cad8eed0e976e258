using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Azure.Storage.Blobs;
using BillingFunctions.Simulators.Stripe;
using BillingFunctions.Simulators.Stripe.Customers;
using BillingFunctions.Testing.Drivers;
using BillingFunctions.Testing.Fakes;
using BillingFunctions.Testing.Processes;
using BillingFunctions.Tests.Fixtures;

namespace BillingFunctions.Tests.Exports;

/// <summary>One app with 1,250 customers for all tests here; each writes files of its own.</summary>
public sealed class ExportApiFixture(AzuriteFixture azurite) : IAsyncLifetime
{
    internal StripeSimulator Stripe { get; private set; } = null!;

    internal BillingApp App { get; private set; } = null!;

    internal ExportsDriver Exports { get; private set; } = null!;

    internal BlobServiceClient Blobs { get; private set; } = null!;

    internal SmtpFake Smtp { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        var storage = await EndToEnd.BeginAsync(azurite);
        Smtp = new SmtpFake(port: EndToEnd.SmtpPort);
        Blobs = new BlobServiceClient(storage);
        Stripe = await StripeSimulator.StartAsync(
            new StripeSimulatorOptions { Port = EndToEnd.StripePort, AccountLimit = null, EndpointLimit = null, Customers = new CustomerSeedOptions { Count = 1_250, AwkwardShare = 0.3 } },
            CancellationToken.None);
        App = await EndToEnd.StartAsync(storage, Stripe, ("Email__Smtp__Port", $"{Smtp.Port}"));
        Exports = new ExportsDriver(App);
    }

    public async ValueTask DisposeAsync()
    {
        await App.DisposeAsync();
        await Stripe.DisposeAsync();
        Smtp.Dispose();
        EndToEnd.End();
    }
}

[Trait("Category", EndToEnd.Category)]
public sealed class ExportApiTests(ExportApiFixture fixture) : IClassFixture<ExportApiFixture>
{
    [Fact]
    public async Task Post_OnlyTheTarget_ExportsAllCustomersWithTheDefaultFields()
    {
        var id = await fixture.Exports.StartAsync(new { target_directory = "exports" });

        var run = await fixture.Exports.CompleteAsync(id);

        var csv = await fixture.Exports.DownloadAsync(id);
        Assert.Equal(1_250, csv.Rows.Count);
        Assert.Contains("email", csv.Header);
        Assert.Equal($"exports/customers-{id}.csv", run.GetProperty("file").GetProperty("path").GetString());
        Assert.Equal("127.0.0.1", run.GetProperty("requested_by").GetString());
        Assert.Equal(JsonValueKind.Null, run.GetProperty("error").ValueKind);
        Assert.EndsWith("Z", run.GetProperty("finished_at").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Post_FieldsWindowAndName_AreKept()
    {
        var request = new
        {
            target_directory = "exports/2026/q1",
            file_name = "chosen.csv",
            fields = new[] { "created", "id", "address.country", "metadata.plan" },
            created_from = "2024-01-01T00:00:00Z",
            created_to = "2024-12-31T23:59:59Z",
        };
        var id = await fixture.Exports.StartAsync(request);

        var run = await fixture.Exports.CompleteAsync(id);

        var csv = await fixture.Exports.DownloadAsync(id);
        Assert.Equal(request.fields, csv.Header);
        Assert.Equal("exports/2026/q1/chosen.csv", run.GetProperty("file").GetProperty("path").GetString());
        Assert.InRange(csv.Rows.Count, 400, 430);
        Assert.All(csv.Column("created"), created => Assert.StartsWith("2024-", created, StringComparison.Ordinal));
        Assert.Contains(csv.Column("metadata.plan"), plan => plan.Length > 0);
    }

    [Fact]
    public async Task Post_AwkwardTexts_AreEscapedByDefaultAndLeftAloneWhenRaw()
    {
        var fields = new[] { "id", "name", "description", "phone" };
        var escaped = await fixture.Exports.StartAsync(new { target_directory = "exports", fields });
        var raw = await fixture.Exports.StartAsync(new { target_directory = "exports", fields, formulas = "raw" });
        await fixture.Exports.CompleteAsync(escaped);
        await fixture.Exports.CompleteAsync(raw);

        var disarmed = (await fixture.Exports.DownloadAsync(escaped)).Rows.SelectMany(row => row).ToList();
        var asTheyAre = (await fixture.Exports.DownloadAsync(raw)).Rows.SelectMany(row => row).ToList();

        Assert.Contains(asTheyAre, IsFormula);
        Assert.DoesNotContain(disarmed, IsFormula);
        Assert.Equal(asTheyAre.Select(cell => IsFormula(cell) ? "'" + cell : cell), disarmed);

        static bool IsFormula(string cell) => cell.TrimStart() is ['=' or '+' or '-' or '@', ..] || cell.TrimStart(' ') is ['\t' or '\r' or '\n', ..];
    }

    [Fact]
    public async Task Post_NothingInTheWindow_WritesTheHeaderAlone()
    {
        var id = await fixture.Exports.StartAsync(new { target_directory = "exports", fields = new[] { "id", "created" }, created_to = "2011-01-01T00:00:00Z" });

        await fixture.Exports.CompleteAsync(id);

        var csv = await fixture.Exports.DownloadAsync(id);
        Assert.Equal(["id", "created"], csv.Header);
        Assert.Empty(csv.Rows);
    }

    [Fact]
    public async Task Post_ExistingFile_IsRefusedUnlessOverwriteIsSet()
    {
        var first = await fixture.Exports.StartAsync(new { target_directory = "exports", file_name = "twice.csv" });
        await fixture.Exports.CompleteAsync(first);

        using var refused = await PostAsync(new { target_directory = "exports", file_name = "twice.csv" });
        var second = await fixture.Exports.StartAsync(new { target_directory = "exports", file_name = "twice.csv", overwrite = true, fields = new[] { "id", "created" } });
        await fixture.Exports.CompleteAsync(second);

        await AssertProblemAsync(refused, HttpStatusCode.Conflict, "file_name");
        Assert.Equal(["id", "created"], (await fixture.Exports.DownloadAsync(second)).Header);
    }

    [Fact]
    public async Task Post_FileThatAnotherRunIsWriting_IsRefused()
    {
        fixture.Stripe.Faults.Latency = TimeSpan.FromMilliseconds(300);
        var first = await fixture.Exports.StartAsync(new { target_directory = "exports", file_name = "contested.csv", overwrite = true });

        using var refused = await PostAsync(new { target_directory = "exports", file_name = "contested.csv", overwrite = true });

        fixture.Stripe.Faults.Latency = TimeSpan.Zero;
        await AssertProblemAsync(refused, HttpStatusCode.Conflict, "file_name");
        await fixture.Exports.CompleteAsync(first);
    }

    [Fact]
    public async Task Post_SameIdempotencyKey_IsOneRun()
    {
        var request = new { target_directory = "exports", file_name = "once.csv" };

        var first = await PostAsync(request, "key-1");
        var again = await PostAsync(request, "key-1");
        var other = await PostAsync(new { target_directory = "exports", file_name = "other.csv" }, "key-1");

        Assert.Equal(HttpStatusCode.Accepted, again.StatusCode);
        Assert.Equal(await first.Content.ReadAsStringAsync(), await again.Content.ReadAsStringAsync());
        Assert.Equal(first.Headers.Location, again.Headers.Location);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, other.StatusCode);
        await fixture.Exports.CompleteAsync(first.Headers.Location!.ToString().Split('/')[^1]);
    }

    [Fact]
    public async Task Post_NotifyEmail_SendsOneMail()
    {
        var id = await fixture.Exports.StartAsync(new { target_directory = "exports", notify_email = "books@example.com" });
        await fixture.Exports.CompleteAsync(id);

        var run = await Poll.UntilAsync(() => fixture.Exports.GetAsync(id), run => run.GetProperty("notification").GetString() == "sent");

        var mail = Assert.Single(fixture.Smtp.Mails, mail => mail.Contains(id, StringComparison.Ordinal));
        var read = ReceivedMail.Parse(mail);
        Assert.Equal("books@example.com", read["To"]);
        Assert.StartsWith($"<{id}.", read["Message-ID"], StringComparison.Ordinal);
        Assert.Contains(run.GetProperty("file").GetProperty("sha256").GetString()!, read.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Post_NotifyUrl_PostsASignedNoticeUntilItIsTaken()
    {
        await using var receiver = await NoticeReceiverFake.StartAsync();
        receiver.Answer = 503;
        var id = await fixture.Exports.StartAsync(new { target_directory = "exports", created_to = "2011-01-01T00:00:00Z", notify_url = receiver.Url });
        await Poll.UntilAsync(() => Task.FromResult(receiver.Received.Count), count => count > 0);
        receiver.Answer = 204;

        var notices = await Poll.UntilAsync(() => Task.FromResult(receiver.Received), received => received.Count > 1);

        Assert.Single(notices.Select(notice => (notice.Headers["webhook-id"], notice.Body)).Distinct());
        Assert.All(notices, notice => Assert.StartsWith("v1,", notice.Headers["webhook-signature"], StringComparison.Ordinal));
        using var body = JsonDocument.Parse(notices[0].Body);
        Assert.Equal("export.completed", body.RootElement.GetProperty("type").GetString());
        Assert.Equal((id, "completed"), (body.RootElement.GetProperty("data").GetProperty("id").GetString(), ExportsDriver.StatusOf(body.RootElement.GetProperty("data"))));
    }

    [Fact]
    public async Task List_ManyRuns_NewestFirstInPages()
    {
        var ids = new List<string>();
        for (var run = 0; run < 3; run++)
        {
            ids.Insert(0, await fixture.Exports.StartAsync(new { target_directory = "exports", created_to = "2011-01-01T00:00:00Z" }));
        }

        var listed = await PagesDriver.IdsAsync(fixture.App.Http, "api/exports?limit=2");

        Assert.Equal(listed.Count, listed.Distinct().Count());
        Assert.Equal(ids, listed.Where(ids.Contains));
        await Task.WhenAll(ids.Select(id => fixture.Exports.CompleteAsync(id)));
    }

    [Fact]
    public async Task Cancel_UnderWay_EndsCanceledAndLeavesNoFile()
    {
        fixture.Stripe.Faults.Latency = TimeSpan.FromMilliseconds(400);
        var id = await fixture.Exports.StartAsync(new { target_directory = "exports", file_name = "canceled.csv" });
        await Poll.UntilAsync(() => fixture.Exports.GetAsync(id), run => run.GetProperty("pages").GetInt32() > 0);

        using var canceled = await fixture.App.Http.PostAsync($"api/exports/{id}/cancel", null);
        var run = await fixture.Exports.EndAsync(id, TimeSpan.FromSeconds(5));

        fixture.Stripe.Faults.Latency = TimeSpan.Zero;
        Assert.Equal(HttpStatusCode.Accepted, canceled.StatusCode);
        Assert.Equal("canceled", ExportsDriver.StatusOf(run));
        Assert.False(await fixture.Blobs.GetBlobContainerClient("exports").GetBlobClient("canceled.csv").ExistsAsync());
        Assert.Equal(HttpStatusCode.Conflict, (await fixture.App.Http.GetAsync($"api/exports/{id}/file")).StatusCode);
        Assert.Equal(HttpStatusCode.Conflict, (await fixture.App.Http.PostAsync($"api/exports/{id}/resume", null)).StatusCode);
    }

    [Theory]
    [InlineData("""{}""", "target_directory")]
    [InlineData("""{"target_directory":"../etc"}""", "target_directory")]
    [InlineData("""{"target_directory":"/exports"}""", "target_directory")]
    [InlineData("""{"target_directory":"exports\\a"}""", "target_directory")]
    [InlineData("""{"target_directory":"no-such-container"}""", "target_directory")]
    [InlineData("""{"target_directory":42}""", "target_directory")]
    [InlineData("""{"target_directory":"exports","file_name":"a/b.csv"}""", "file_name")]
    [InlineData("""{"target_directory":"exports","fields":["id","no_such_field"]}""", "fields")]
    [InlineData("""{"target_directory":"exports","fields":[]}""", "fields")]
    [InlineData("""{"target_directory":"exports","fields":"id"}""", "fields")]
    [InlineData("""{"target_directory":"exports","created_from":"yesterday"}""", "created_from")]
    [InlineData("""{"target_directory":"exports","created_from":"2025-01-02T00:00:00Z","created_to":"2025-01-01T00:00:00Z"}""", "created_to")]
    [InlineData("""{"target_directory":"exports","formulas":"run"}""", "formulas")]
    [InlineData("""{"target_directory":"exports","overwrite":"yes"}""", "overwrite")]
    [InlineData("""{"target_directory":"exports","notify_email":"nobody"}""", "notify_email")]
    [InlineData("""{"target_directory":"exports","notify_url":"http://example.com/hooks"}""", "notify_url")]
    [InlineData("""{"target_directory":"exports","targetDirectory":"exports"}""", "targetDirectory")]
    [InlineData("""[]""", "body")]
    [InlineData("""{"target_directory":""", "body")]
    [InlineData("", "body")]
    public async Task Post_Malformed_NamesTheFieldAndStartsNothing(string body, string field)
    {
        using var response = await fixture.App.Http.PostAsync("api/exports", new StringContent(body, System.Text.Encoding.UTF8, "application/json"));

        await AssertProblemAsync(response, HttpStatusCode.BadRequest, field);
    }

    [Theory]
    [InlineData("GET", "api/exports/exp_0")]
    [InlineData("GET", "api/exports/exp_01890000000070008000000000000000")]
    [InlineData("GET", "api/exports/exp_01890000000070008000000000000000/file")]
    [InlineData("POST", "api/exports/exp_01890000000070008000000000000000/cancel")]
    [InlineData("POST", "api/exports/exp_01890000000070008000000000000000/resume")]
    public async Task Any_UnknownRun_IsNotFound(string method, string path)
    {
        using var response = await fixture.App.Http.SendAsync(new HttpRequestMessage(new HttpMethod(method), path));

        Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType?.MediaType);
    }

    [Theory]
    [InlineData("limit=0", "limit")]
    [InlineData("limit=101", "limit")]
    [InlineData("limit=x", "limit")]
    [InlineData("cursor=x", "cursor")]
    public async Task List_Malformed_NamesTheParameter(string query, string field)
    {
        using var response = await fixture.App.Http.GetAsync($"api/exports?{query}");

        await AssertProblemAsync(response, HttpStatusCode.BadRequest, field);
    }

    [Fact]
    public async Task Health_AllReachable_IsHealthy()
    {
        var health = await fixture.App.Http.GetFromJsonAsync<JsonElement>("api/health");

        Assert.Equal("healthy", health.GetProperty("status").GetString());
        Assert.Equal(["tables", "blobs", "queues"], health.GetProperty("checks").EnumerateObject().Select(check => check.Name).Take(3));
        Assert.Equal("healthy", health.GetProperty("checks").GetProperty("exports").GetProperty("status").GetString());
    }

    private static async Task AssertProblemAsync(HttpResponseMessage response, HttpStatusCode status, string field)
    {
        var body = await response.Content.ReadAsStringAsync();
        Assert.True(response.StatusCode == status, $"{response.StatusCode}: {body}");
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType?.MediaType);
        Assert.True(JsonDocument.Parse(body).RootElement.GetProperty("errors").TryGetProperty(field, out _), body);
    }

    private async Task<HttpResponseMessage> PostAsync(object request, string? idempotencyKey = null)
    {
        using var message = new HttpRequestMessage(HttpMethod.Post, "api/exports") { Content = JsonContent.Create(request) };
        if (idempotencyKey is not null)
        {
            message.Headers.Add("Idempotency-Key", idempotencyKey);
        }

        return await fixture.App.Http.SendAsync(message);
    }
}
