using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text;
using BillingFunctions.Simulators.Salesforce;
using BillingFunctions.Simulators.Stripe;
using BillingFunctions.Testing.Builders;
using BillingFunctions.Testing.Drivers;
using BillingFunctions.Testing.Fakes;
using BillingFunctions.Testing.Processes;
using BillingFunctions.Tests.Fixtures;
using BillingFunctions.Tests.Platform.OpenApi;

namespace BillingFunctions.Tests.Hostile;

/// <summary>Whatever is sent, the app says what is wrong with it, and goes on. <c>HOSTILE_REQUESTS</c> and <c>HOSTILE_SEED</c> are for a longer run, and for one that has failed.</summary>
public sealed class HostileInputTests(AzuriteFixture azurite, ITestOutputHelper output) : IAsyncLifetime
{
    private const int Parallelism = 8;
    private const long MaxMemory = 600L << 20;

    private static readonly string[] Traces = ["   at ", "Exception", "System.", "BillingFunctions.", "Azure."];

    private StripeSimulator _stripe = null!;
    private SalesforceSimulator _salesforce = null!;
    private BillingApp _app = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _stripe = await StripeFake.StartAsync();
        _salesforce = await SalesforceSimulator.StartAsync(new SalesforceSimulatorOptions(), Token);
        _app = await BillingApp.StartAsync(
            azurite.NewAccount(),
            _stripe,
            ("Stripe__WebhookSecrets", WebhookRequestBuilder.Secret),
            ("Salesforce__InstanceUrl", _salesforce.BaseUrl),
            ("Salesforce__ClientId", "3MVG9_simulator"),
            ("Salesforce__ClientSecret", "simulator"),
            ("Salesforce__OrganizationId", _salesforce.OrganizationId),
            ("Salesforce__NoticeSecret", "notice"));
    }

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        await _salesforce.DisposeAsync();
        await _stripe.DisposeAsync();
    }

    [Fact]
    public async Task App_WithWhateverIsSent_RefusesItWithAReasonAndGoesOn()
    {
        await AssertFoundAsync();
        await AssertRoutesAsync();
        await AssertFilesAsync();
        await AssertConnectionsAsync();
        await AssertGoesOnAsync();
    }

    /// <summary>What longer runs have found, or what was read in the code.</summary>
    private async Task AssertFoundAsync()
    {
        var quotes = Uri.EscapeDataString(new string('\'', 2_000));
        foreach (var (method, path, status) in new[]
        {
            ("GET", $"api/customers/{quotes}/invoices", HttpStatusCode.NotFound), ("GET", $"api/customers/{quotes}", HttpStatusCode.NotFound), ("GET", $"api/webhook_events/{quotes}", HttpStatusCode.NotFound), ("GET", $"api/customers?name={quotes}", HttpStatusCode.BadRequest),
            ("GET", $"api/customers?email={quotes}", HttpStatusCode.BadRequest), ("GET", $"api/audit?who={quotes}", HttpStatusCode.BadRequest), ("POST", "api/failed_jobs/retry?queue=usage-items&queue=stripe-events", HttpStatusCode.BadRequest),
        })
        {
            using var response = await _app.Http.SendAsync(new HttpRequestMessage(new HttpMethod(method), path), Token);
            Assert.True(response.StatusCode == status && await BreachOfAsync(response) is null, $"{method} {Shortened(path)}: {response.StatusCode}");
        }
    }

    /// <summary>All routes, with values in path, query, headers and body that nobody expects.</summary>
    private async Task AssertRoutesAsync()
    {
        var contract = new ApiContract(await _app.Http.GetStringAsync("api/openapi.json", Token));
        var (count, seed) = (Number("HOSTILE_REQUESTS") ?? 400, Number("HOSTILE_SEED") ?? 1);
        var (breaches, statuses) = (new List<string>(), new ConcurrentDictionary<HttpStatusCode, int>());
        await Parallel.ForAsync(0, Parallelism, Token, async (sender, token) =>
        {
            var requests = new HostileRequests(contract, (seed * 1_000) + sender);
            for (var number = 0; number < count / Parallelism; number++)
            {
                using var request = requests.Next();
                var sent = $"seed {seed}, sender {sender}, request {number}: {request.Method} {Shortened(request.RequestUri!.OriginalString)} {Shortened(request.Content is null ? "" : Encoding.Latin1.GetString(await request.Content.ReadAsByteArrayAsync(token)))}";
                using var response = await _app.Http.SendAsync(request, token);
                statuses.AddOrUpdate(response.StatusCode, 1, (_, counted) => counted + 1);
                if (await BreachOfAsync(response) is { } breach)
                {
                    lock (breaches)
                    {
                        breaches.Add($"{sent}\n  {breach}");
                    }
                }
            }
        });
        output.WriteLine(string.Join(", ", statuses.OrderBy(status => status.Key).Select(status => $"{status.Value} answers {(int)status.Key}")));
        Assert.True(breaches.Count == 0, string.Join("\n", breaches.Take(20)));
    }

    /// <summary>Files that are no CSV, or too much of it.</summary>
    private async Task AssertFilesAsync()
    {
        byte[][] files =
        [
            [0xff, 0xfe, 0x00, 0xd8], Encoding.UTF8.GetBytes("\0\0\0"), Encoding.UTF8.GetBytes("id,email,name\n\"" + new string('a', 3_000_000)), Encoding.UTF8.GetBytes(string.Join(',', Enumerable.Repeat("id", 200_000))),
            Encoding.UTF8.GetBytes("id,email,name\n" + new string(',', 2_000_000)), Encoding.UTF8.GetBytes("id,email,name\n" + string.Concat(Enumerable.Repeat("\"\"\"\"\"\n", 200_000))), RandomBytes(1_000_000),
            Encoding.UTF8.GetBytes("id,email,name\n1,a@example.com," + new string('é', 500_000)), Encoding.UTF32.GetBytes("id,email,name\n1,a@example.com,Ann"), [0x1f, 0x8b, 8, 0, 0, 0, 0, 0],
        ];
        var uploads = new UploadsDriver(_app);
        foreach (var file in files)
        {
            using var response = await uploads.SendAsync(file);
            Assert.True(await BreachOfAsync(response) is null, await BreachOfAsync(response));
            if (response.StatusCode == HttpStatusCode.Accepted)
            {
                var ended = await uploads.EndAsync(response.Headers.Location!.ToString().Split('/')[^1]);
                Assert.Contains(UploadsDriver.Status(ended), new[] { "completed", "failed" });
            }
        }

        foreach (var xml in new[] { "<a", "<!DOCTYPE a [<!ENTITY b \"b\"><!ENTITY c \"&b;&b;&b;\">]><a>&c;</a>", "<!DOCTYPE a SYSTEM \"file:///etc/passwd\"><a/>", string.Concat(Enumerable.Repeat("<a>", 100_000)), OutboundMessageBuilder.Message(Enumerable.Repeat("001000000000001AAA", 5_000)) })
        {
            using var response = await _app.Http.PostAsync("api/webhooks/salesforce", new StringContent(xml, Encoding.UTF8, new MediaTypeHeaderValue("text/xml")), Token);
            Assert.True((int)response.StatusCode is >= 400 and < 500, $"{response.StatusCode} to {Shortened(xml)}");
        }
    }

    /// <summary>Bodies that are cut, too slow, or never come; more of them than there are places for requests.</summary>
    private async Task AssertConnectionsAsync()
    {
        var slow = new List<TcpClient>();
        try
        {
            foreach (var text in new[]
            {
                "POST /api/customers HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n\r\n{\"id\":",
                "POST /api/webhooks/stripe HTTP/1.1\r\nHost: a\r\nStripe-Signature: t=1,v1=0\r\nContent-Length: 100000\r\n\r\n",
                "POST /api/uploads/customers HTTP/1.1\r\nHost: a\r\nContent-Type: text/csv\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nid,em",
                "GET /api/customers HTTP/1.1\r\nHost: a\r\nX-Slow: ",
            })
            {
                for (var connection = 0; connection < 60; connection++)
                {
                    slow.Add(await SendAsync(text));
                }
            }

            await AssertGoesOnAsync();
        }
        finally
        {
            slow.ForEach(connection => connection.Dispose());
        }

        foreach (var text in new[]
        {
            "POST /api/customers HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", "POST /api/customers HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", "GET /api/%00 HTTP/1.1\r\nHost: a\r\n\r\n",
            "GET /api/customers/%ff%fe HTTP/1.1\r\nHost: a\r\n\r\n", "GET /api/customers?cursor=%ff HTTP/1.1\r\nHost: a\r\n\r\n", "GET //////api HTTP/1.1\r\nHost: a\r\n\r\n", $"GET /api/customers?name={new string('a', 7_000)} HTTP/1.1\r\nHost: a\r\n\r\n",
            $"GET /api/customers HTTP/1.1\r\nHost: a\r\nX-Long: {new string('a', 40_000)}\r\n\r\n", "NONSENSE\r\n\r\n", "\u0016\u0003\u0001", "POST /api/customers HTTP/1.1\r\nHost: a\r\nContent-Length: 99999999999999999999\r\n\r\n", "OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n", "TRACE / HTTP/1.1\r\nHost: a\r\n\r\n",
        })
        {
            Assert.DoesNotMatch("^HTTP/1.1 5|   at ", await AnswerAsync(text));
        }
    }

    private async Task AssertGoesOnAsync()
    {
        using var response = await _app.Http.GetAsync("api/customers?limit=1", Token);
        Assert.True(response.IsSuccessStatusCode, $"{response.StatusCode}\n{_app.Output}");
        using var worker = Process.GetProcessById(_app.Host.WorkerId!.Value);
        using var host = Process.GetProcessById(_app.Host.Id);
        Assert.InRange(worker.WorkingSet64, 0, MaxMemory);
        Assert.InRange(host.WorkingSet64, 0, MaxMemory);
        Assert.DoesNotContain("worker process ended", _app.Output, StringComparison.Ordinal);
    }

    /// <returns>What is wrong with an answer; null when nothing is.</returns>
    private static async Task<string?> BreachOfAsync(HttpResponseMessage response)
    {
        var body = await response.Content.ReadAsStringAsync(Token);
        var isProblem = response.Content.Headers.ContentType?.MediaType == "application/problem+json" || body.Length == 0;
        return (int)response.StatusCode >= 500 ? $"{(int)response.StatusCode} {Shortened(body)}"
            : (int)response.StatusCode >= 400 && (!isProblem || Traces.Any(trace => body.Contains(trace, StringComparison.Ordinal))) ? $"{(int)response.StatusCode} {response.Content.Headers.ContentType} {Shortened(body)}"
            : null;
    }

    private static byte[] RandomBytes(int count)
    {
        var bytes = new byte[count];
        new Random(1).NextBytes(bytes);
        return bytes;
    }

    private async Task<TcpClient> SendAsync(string text)
    {
        var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, _app.Http.BaseAddress!.Port, Token);
        await client.GetStream().WriteAsync(Encoding.Latin1.GetBytes(text), Token);
        return client;
    }

    /// <returns>The first part of the answer; nothing if the connection was closed, or when none comes for some seconds.</returns>
    private async Task<string> AnswerAsync(string text)
    {
        using var client = await SendAsync(text);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(Token);
        limit.CancelAfter(TimeSpan.FromSeconds(5));
        var buffer = new byte[4_096];
        try
        {
            return Encoding.Latin1.GetString(buffer, 0, await client.GetStream().ReadAsync(buffer, limit.Token));
        }
        catch (Exception nothing) when (nothing is IOException || (nothing is OperationCanceledException && !Token.IsCancellationRequested))
        {
            return "";
        }
    }

    private static string Shortened(string text) => text.Length > 600 ? $"{text[..600]}…" : text;

    private static int? Number(string variable) => Environment.GetEnvironmentVariable(variable) is { Length: > 0 } text ? int.Parse(text, CultureInfo.InvariantCulture) : null;
}
