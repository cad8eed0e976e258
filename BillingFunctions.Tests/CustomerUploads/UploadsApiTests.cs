using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Azure.Storage.Blobs;
using BillingFunctions.CustomerUploads;
using BillingFunctions.CustomerUploads.Reading;
using BillingFunctions.Platform.Runs;
using BillingFunctions.Simulators.Stripe;
using BillingFunctions.Testing.Drivers;
using BillingFunctions.Testing.Fakes;
using BillingFunctions.Testing.Processes;
using BillingFunctions.Tests.Fixtures;

namespace BillingFunctions.Tests.CustomerUploads;

/// <summary>One app for all tests here; each uses customers of its own.</summary>
public sealed class UploadsApiFixture(AzuriteFixture azurite) : IAsyncLifetime
{
    private StripeSimulator _stripe = null!;

    internal BillingApp App { get; private set; } = null!;

    internal string Storage { get; private set; } = "";

    public async ValueTask InitializeAsync()
    {
        Storage = await EndToEnd.BeginAsync(azurite);
        _stripe = await StripeFake.StartAsync(change: options => options with { Port = EndToEnd.StripePort });
        App = await EndToEnd.StartAsync(Storage, _stripe, BillingApp.ImpatientQueues);
    }

    public async ValueTask DisposeAsync()
    {
        await App.DisposeAsync();
        await _stripe.DisposeAsync();
        EndToEnd.End();
    }
}

/// <summary>The classes that share the app.</summary>
[CollectionDefinition(nameof(UploadsApi))]
public sealed class UploadsApi : ICollectionFixture<UploadsApiFixture>;

[Collection(nameof(UploadsApi))]
[Trait("Category", EndToEnd.Category)]
public sealed class UploadsApiTests(UploadsApiFixture fixture)
{
    private readonly UploadsDriver _uploads = new(fixture.App);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Upload_File_IsIngestedAndShown()
    {
        var upload = await _uploads.IngestAsync(
            "Email;ID;Name;phone;currency;time_zone;stripe_customer_id;first_billing_month;Plan\r\n"
            + "ann@example.com;a1;\"Ann; of\r\nBerlin\";+49 30 1;EUR;Europe/Berlin;cus_a1;2026-03;gold\r\n");

        Assert.Equal(("completed", 1, 1, 0), UploadsDriver.Counts(upload));
        Assert.Equal((100, false), (upload.GetProperty("percent").GetDouble(), upload.GetProperty("dry_run").GetBoolean()));
        Assert.NotNull(upload.GetProperty("finished_at").GetString());
        Assert.Equal(0, upload.GetProperty("errors").GetArrayLength());
        var customer = await _uploads.CustomerAsync("a1");
        Assert.Equal(upload.GetProperty("started_at").GetString(), customer.GetProperty("last_ingested_at").GetString());
        Assert.Equal(
            """{"id":"a1","stripe_id":"cus_a1","name":"Ann; of\r\nBerlin","email":"ann@example.com","phone":"+49 30 1","currency":"eur","metadata":{"Plan":"gold"}""",
            customer.GetRawText().Split(",\"livemode\"")[0]);
        Assert.Equal(
            ("2026-03", "Europe/Berlin", "upload", null),
            (Text(customer, "first_billing_month"), Text(customer, "time_zone"), Text(customer, "origin"), Text(customer, "last_event_id")));
    }

    [Fact]
    public async Task Store_DryRun_TakesInTheSameFileAsAnUploadOfItsOwn()
    {
        var check = await _uploads.IngestAsync("id,email\nstored-1,stored@example.com\nstored-2,nobody\n", dryRun: true);
        using var before = await fixture.App.Http.GetAsync("api/customers/stored-1", Token);

        using var first = await StoreAsync(check);
        using var second = await StoreAsync(check);

        var id = await UploadsDriver.AcceptedAsync(first);
        var stored = await _uploads.EndAsync(id);
        Assert.Equal(HttpStatusCode.NotFound, before.StatusCode);
        Assert.Equal(("completed", 2, 1, 1), UploadsDriver.Counts(stored));
        Assert.Equal((false, Text(check, "sha256")), (stored.GetProperty("dry_run").GetBoolean(), Text(stored, "sha256")));
        Assert.Equal("stored@example.com", Text(await _uploads.CustomerAsync("stored-1"), "email"));
        Assert.Equal(id, await UploadsDriver.AcceptedAsync(second));
        using var again = await StoreAsync(stored);
        Assert.Equal(HttpStatusCode.Conflict, again.StatusCode);
        using var unknown = await fixture.App.Http.PostAsync("api/uploads/upl_01890000000070008000000000000000/store", null, Token);
        Assert.Equal(HttpStatusCode.NotFound, unknown.StatusCode);

        async Task<HttpResponseMessage> StoreAsync(JsonElement upload)
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, $"api/uploads/{Text(upload, "id")}/store") { Headers = { { "Idempotency-Key", "store-1" } } };
            return await fixture.App.Http.SendAsync(request, Token);
        }
    }

    [Theory]
    [InlineData("utf-8", ",", "\n")]
    [InlineData("utf-16", "\t", "\r\n")]
    [InlineData("utf-16BE", ";", "\r")]
    public async Task Upload_OtherEncodingsAndSeparators_AreRead(string name, string separator, string lineBreak)
    {
        var (encoding, id) = (Encoding.GetEncoding(name), $"enc-{name}");
        var text = string.Join(lineBreak, string.Join(separator, "id", "email", "name"), string.Join(separator, id, "a@example.com", "Änne 字"), "");

        var upload = await _uploads.EndAsync(await UploadsDriver.AcceptedAsync(await _uploads.SendAsync([.. encoding.GetPreamble(), .. encoding.GetBytes(text)])));

        Assert.Equal(("completed", 1, 1, 0), UploadsDriver.Counts(upload));
        Assert.Equal("Änne 字", Text(await _uploads.CustomerAsync(id), "name"));
    }

    [Fact]
    public async Task Upload_Addresses_AreKeptAsDnsKnowsThemOrRefused()
    {
        var upload = await _uploads.IngestAsync(
            "id,email\nhost1,ann@BÜCHER.example\nhost2,ann@exam\u200Bple.com\nhost3,'ann@example.com'\nhost4,ann@example.com?subject=Hi\nhost5,ann@exa_mple.com\n");

        Assert.Equal(("completed", 5, 1, 4), UploadsDriver.Counts(upload));
        Assert.All(upload.GetProperty("errors").EnumerateArray(), error => Assert.Equal("email", Text(error, "column")));
        Assert.Equal("ann@xn--bcher-kva.example", Text(await _uploads.CustomerAsync("host1"), "email"));
    }

    [Theory]
    [InlineData("", "empty")]
    [InlineData("id,email\r\n", "no rows")]
    [InlineData("e-mail,id\na@example.com,1\n", "Known columns are id, name, email")]
    [InlineData("id,email,id\n1,a@example.com,1\n", "Column id is there 2 times")]
    [InlineData("id,email\n1,\0\n", "NUL")]
    public async Task Upload_NotAListOfCustomers_IsRefusedWithTheReason(string file, string reason)
    {
        using var response = await _uploads.SendAsync(Encoding.UTF8.GetBytes(file));

        Assert.Equal((HttpStatusCode.UnprocessableEntity, "application/problem+json"), (response.StatusCode, response.Content.Headers.ContentType?.MediaType));
        var problem = await response.Content.ReadFromJsonAsync<JsonElement>(Token);
        Assert.Contains(reason, problem.GetProperty("errors").GetProperty("file")[0].GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Upload_JunkFarBehindTheBeginning_IsRefusedAndLeavesNothing()
    {
        var file = Encoding.Latin1.GetBytes("id,email\n" + string.Concat(Enumerable.Range(0, 20_000).Select(number => $"junk{number},a@example.com\n")) + "ä,b@example.com\n");
        var before = await BlobsAsync();

        using var response = await _uploads.SendAsync(file);

        Assert.Equal(HttpStatusCode.UnprocessableEntity, response.StatusCode);
        Assert.Contains("Line 20002 ", await response.Content.ReadAsStringAsync(Token), StringComparison.Ordinal);
        Assert.Equal(before, await BlobsAsync());
    }

    [Theory]
    [InlineData("application/json", HttpStatusCode.UnsupportedMediaType)]
    [InlineData("multipart/form-data", HttpStatusCode.BadRequest)]
    [InlineData("multipart/form-data; boundary=x", HttpStatusCode.BadRequest)]
    public async Task Upload_OtherBody_IsRefused(string type, HttpStatusCode expected)
    {
        using var content = new ByteArrayContent("id,email\n1,a@example.com\n"u8.ToArray()) { Headers = { ContentType = MediaTypeHeaderValue.Parse(type) } };

        using var response = await fixture.App.Http.PostAsync("api/uploads/customers", content, Token);

        Assert.Equal((expected, "application/problem+json"), (response.StatusCode, response.Content.Headers.ContentType?.MediaType));
    }

    [Fact]
    public async Task Upload_DryRunNeitherTrueNorFalse_IsRefused()
    {
        using var response = await fixture.App.Http.PostAsync("api/uploads/customers?dry_run=maybe", new StringContent("x"), Token);

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
    }

    [Fact]
    public async Task Upload_LargerThanAllowed_IsRefusedBeforeItIsSent()
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "api/uploads/customers") { Content = new StreamContent(Stream.Null) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("text/csv");
        request.Content.Headers.ContentLength = ReceiveUpload.MaxBytes + 100_000;
        request.Headers.ExpectContinue = true;

        using var response = await fixture.App.Http.SendAsync(request, Token);

        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, response.StatusCode);
        Assert.Contains("200 MiB", await response.Content.ReadAsStringAsync(Token), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Upload_LargerThanTheServersOwnLimit_IsTaken()
    {
        var row = string.Concat(Enumerable.Repeat("," + new string('x', 490), 40)) + "\n";
        var header = "id,email" + string.Concat(Enumerable.Range(0, 40).Select(number => $",m{number}")) + "\n";
        var file = new StringBuilder(header);
        for (var number = 0; file.Length < 110_000_000; number++)
        {
            file.Append(number).Append(",a@example.com").Append(row);
        }

        var id = await UploadsDriver.AcceptedAsync(await _uploads.SendAsync(Encoding.UTF8.GetBytes(file.ToString()), dryRun: true));

        var upload = await _uploads.EndAsync(id);
        Assert.Equal("completed", UploadsDriver.Status(upload));
        Assert.Equal(upload.GetProperty("rows").GetInt64(), upload.GetProperty("accepted").GetInt64());
    }

    [Fact]
    public async Task Upload_DryRun_ReportsAndWritesNothing()
    {
        var upload = await _uploads.IngestAsync("id,email\ndry1,a@example.com\ndry2,wrong\ndry1,b@example.com\n", dryRun: true);

        Assert.Equal(("completed", 3, 1, 2), UploadsDriver.Counts(upload));
        Assert.True(upload.GetProperty("dry_run").GetBoolean());
        using var customer = await fixture.App.Http.GetAsync("api/customers/dry1", Token);
        Assert.Equal(HttpStatusCode.NotFound, customer.StatusCode);
    }

    [Fact]
    public async Task Upload_Again_ChangesOnlyWhenItWasIngested()
    {
        const string File = "id,email,plan\nagain1,a@example.com,gold\n";
        await _uploads.IngestAsync(File);
        var first = await _uploads.CustomerAsync("again1");

        var upload = await _uploads.IngestAsync(File);

        var second = await _uploads.CustomerAsync("again1");
        Assert.Equal(Text(upload, "started_at"), Text(second, "last_ingested_at"));
        Assert.NotEqual(Text(first, "last_ingested_at"), Text(second, "last_ingested_at"));
        Assert.Equal(["last_ingested_at"], first.EnumerateObject().Where(field => field.Value.GetRawText() != second.GetProperty(field.Name).GetRawText()).Select(field => field.Name));
    }

    [Fact]
    public async Task Upload_ColumnsNobodyNeeds_AreNamedAndLeftOut()
    {
        var name = new string('n', 41);

        var upload = await _uploads.IngestAsync($",id,email,note,{name},Note,plan,,\n0,extra1,a@example.com,x,y,z,gold,,,,\n1,extra2,b@example.com,x,y,z,gold\n");

        Assert.Equal(("completed", 2, 2, 0), UploadsDriver.Counts(upload));
        Assert.Equal("""{"plan":"gold"}""", (await _uploads.CustomerAsync("extra1")).GetProperty("metadata").GetRawText());
        var ignored = upload.GetProperty("ignored_columns").EnumerateArray().ToList();
        Assert.Equal([1, 4, 5, 6, 8, 9], ignored.Select(column => column.GetProperty("column").GetInt32()));
        Assert.Equal(["", "note", name, "Note", "", ""], ignored.Select(column => Text(column, "name")));
        Assert.All(ignored, column => Assert.NotEmpty(Text(column, "reason")!));
    }

    [Fact]
    public async Task Errors_MendedAndSentAgain_GoIn()
    {
        var upload = await _uploads.IngestAsync(
            "name;id;email;phone;Plan\n=Ann;mend1;ann.example.com;+49 1;gold\nBob;mend2;bob@example.com;;\nCid;mend3;cid@example.com;;;;too;many\n\"Dee;mend4;dee@example.com;;\nEve;mend5;eve@example.com;;\n");
        Assert.Equal(("completed", 5, 2, 3), UploadsDriver.Counts(upload));
        Assert.Equal(
            ["""{"line":2,"column":"email","value":"ann.example.com","message":"The value must be one address such as ann@example.com, without a name."}"""],
            upload.GetProperty("errors").EnumerateArray().Take(1).Select(error => error.GetRawText()));
        var id = Text(upload, "id")!;

        var errors = await _uploads.ErrorsAsync(id);

        var lines = errors.Split("\r\n", StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal("name;id;email;phone;Plan;_line;_error", lines[0]);
        Assert.Equal("'=Ann;mend1;ann.example.com;'+49 1;gold;2;email: The value must be one address such as ann@example.com, without a name.", lines[1]);
        Assert.StartsWith("Cid;mend3;cid@example.com;;;4;", lines[2], StringComparison.Ordinal);
        Assert.Contains("too | many", lines[2], StringComparison.Ordinal);
        Assert.Equal(4, lines.Length);

        var mended = await _uploads.IngestAsync($"{lines[0]}\r\n{lines[1].Replace("ann.example", "ann@example", StringComparison.Ordinal)}\r\n{lines[2]}\r\n");

        Assert.Equal(("completed", 2, 2, 0), UploadsDriver.Counts(mended));
        var customer = await _uploads.CustomerAsync("mend1");
        Assert.Equal(("=Ann", "ann@example.com", "+49 1"), (Text(customer, "name"), Text(customer, "email"), Text(customer, "phone")));
        Assert.Equal("""{"Plan":"gold"}""", customer.GetProperty("metadata").GetRawText());
        Assert.Equal("name;id;email;phone;Plan;_line;_error\r\n", await _uploads.ErrorsAsync(Text(mended, "id")!));
    }

    [Fact]
    public async Task Errors_MoreThanAHundred_ShowsTheFirst()
    {
        var upload = await _uploads.IngestAsync("id,email\n" + string.Concat(Enumerable.Range(0, 150).Select(number => $"many{number},wrong\n")));

        Assert.Equal(("completed", 150, 0, 150), UploadsDriver.Counts(upload));
        Assert.Equal(100, upload.GetProperty("errors").GetArrayLength());
        Assert.Equal(151, (await _uploads.ErrorsAsync(Text(upload, "id")!)).Split("\r\n", StringSplitOptions.RemoveEmptyEntries).Length);
    }

    [Fact]
    public async Task Upload_SameIdempotencyKey_IsOneUpload()
    {
        var file = "id,email\nkey1,a@example.com\n"u8.ToArray();
        var first = await UploadsDriver.AcceptedAsync(await _uploads.SendAsync(file, key: "key-1"));
        await _uploads.EndAsync(first);
        var blobs = await BlobsAsync();

        var again = await UploadsDriver.AcceptedAsync(await _uploads.SendAsync(file, key: "key-1"));
        using var otherFile = await _uploads.SendAsync("id,email\nkey2,a@example.com\n"u8.ToArray(), key: "key-1");
        using var dry = await _uploads.SendAsync(file, dryRun: true, key: "key-1");

        Assert.Equal(first, again);
        Assert.Equal((HttpStatusCode.UnprocessableEntity, HttpStatusCode.UnprocessableEntity), (otherFile.StatusCode, dry.StatusCode));
        Assert.Equal(blobs, await BlobsAsync());
    }

    [Fact]
    public async Task List_Uploads_NewestFirst()
    {
        var older = await _uploads.IngestAsync("id,email\nlist1,a@example.com\n");
        var newer = await _uploads.IngestAsync("id,email\nlist1,wrong\n");

        var ids = (await PagesDriver.IdsAsync(fixture.App.Http, "api/uploads?limit=1")).ToList();

        Assert.True(ids.IndexOf(Text(newer, "id")!) < ids.IndexOf(Text(older, "id")!));
        Assert.Equal(ids.Count, ids.Distinct().Count());
    }

    [Theory]
    [InlineData("api/uploads/upl_none")]
    [InlineData("api/uploads/customers")]
    [InlineData("api/uploads/upl_0199f6b0c1d27b7e8f00a1b2c3d4e5f6/errors.csv")]
    public async Task Get_Unknown_IsNotFound(string path)
    {
        using var response = await fixture.App.Http.GetAsync(path, Token);

        Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
    }

    [Fact]
    public async Task Ingest_FileGone_FailsAndCanBeRetried()
    {
        var container = new BlobContainerClient(fixture.Storage, UploadBlobs.Container);
        var upload = await _uploads.IngestAsync("id,email\ngone1,a@example.com\n");
        using var resumed = await fixture.App.Http.PostAsync($"api/uploads/{Text(upload, "id")}/resume", null, Token);
        Assert.Equal(HttpStatusCode.Conflict, resumed.StatusCode);

        // An upload whose file disappears while it waits.
        var store = new RunStore<CustomerUpload>(new Azure.Data.Tables.TableServiceClient(fixture.Storage));
        var stored = (await store.FindAsync(Text(upload, "id")!, Token))!;
        var name = stored.File.Blob;
        var content = (await container.GetBlobClient(name).DownloadContentAsync(Token)).Value.Content;
        await container.GetBlobClient(name).DeleteIfExistsAsync(cancellationToken: Token);
        await store.SaveAsync(stored with { Status = UploadStatus.Queued, Progress = new(0, 0, 0, 0, 0) }, Token);
        using var again = await fixture.App.Http.PostAsync($"api/uploads/{stored.Id}/resume", null, Token);

        var failed = await _uploads.EndAsync(stored.Id);
        Assert.Equal("failed", UploadsDriver.Status(failed));
        Assert.NotNull(Text(failed, "error"));
        var jobs = await Poll.UntilAsync(
            () => fixture.App.Http.GetFromJsonAsync<JsonElement>("api/failed_jobs?queue=customer-uploads"), page => page.GetProperty("data").GetArrayLength() == 1);
        await container.GetBlobClient(name).UploadAsync(content, Token);
        using var retry = await fixture.App.Http.PostAsync($"api/failed_jobs/{Text(jobs.GetProperty("data")[0], "id")}/retry", null, Token);
        retry.EnsureSuccessStatusCode();

        var completed = await Poll.UntilAsync(() => _uploads.GetAsync(stored.Id), one => UploadsDriver.Status(one) == "completed");
        Assert.Equal(("completed", 1, 1, 0), UploadsDriver.Counts(completed));
        Assert.Null(Text(completed, "error"));
    }

    private static string? Text(JsonElement element, string name) => element.GetProperty(name).GetString();

    private async Task<List<string>> BlobsAsync() =>
        await new BlobContainerClient(fixture.Storage, UploadBlobs.Container).GetBlobsAsync(cancellationToken: Token).Select(blob => blob.Name).Where(name => name.StartsWith("files/", StringComparison.Ordinal)).ToListAsync(Token);
}
