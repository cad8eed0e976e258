using System.Globalization;
using System.Text;
using BillingFunctions.LocalHost.Services;

namespace BillingFunctions.LocalHost.Demo;

/// <summary>Writes a CSV file of sample customers to <c>.local/uploads</c> and uploads it.</summary>
internal sealed class UploadDemo(string root, TimeProvider time) : IDemoStep
{
    private const string Title = "Customer upload";
    private const int Customers = 60;
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(250);
    private static readonly string[] Names = ["Ada", "Blaise", "Carl", "Dorothy", "Emmy", "Fibonacci", "Grace", "Hypatia"];

    public string Route => "api/uploads/customers";

    public async Task RunAsync(HttpClient app, DemoConsole console, CancellationToken cancellationToken)
    {
        var path = Path.Combine(LocalFolder.Create(root, "uploads"), "customers.csv");
        await File.WriteAllTextAsync(path, SampleFile(), cancellationToken);
        var upload = await StartAsync(app, path, cancellationToken);
        await console.ProgressAsync(Title, async progress => upload = await FollowAsync(app, upload, progress, cancellationToken));
        if (upload.Status != "completed")
        {
            throw new DemoException($"upload {upload.Id} is {upload.Status}. {upload.Error}");
        }

        console.WriteLine(FormattableString.Invariant($"{Title} completed: {upload.Accepted:N0} customers, {upload.Rejected:N0} rows rejected."));
        console.WriteLine($"    CSV       {path}");
        console.WriteLine($"    Status    {app.BaseAddress}api/uploads/{upload.Id}");
        console.WriteLine($"    Errors    {app.BaseAddress}api/uploads/{upload.Id}/errors.csv");
    }

    /// <summary>One row is wrong, so that there is something to see in <c>errors.csv</c>.</summary>
    private static string SampleFile()
    {
        var csv = new StringBuilder("id,name,email,plan\n");
        for (var number = 1; number <= Customers; number++)
        {
            csv.AppendLine(CultureInfo.InvariantCulture, $"demo-{number:d3},{Names[number % Names.Length]} {number},demo{number}@example.com,{(number % 3 == 0 ? "pro" : "basic")}");
        }

        return csv.AppendLine("demo-999,No Address,,basic").ToString();
    }

    private static async Task<UploadStatus> StartAsync(HttpClient app, string path, CancellationToken cancellationToken)
    {
        await using var file = File.OpenRead(path);
        using var content = new StreamContent(file) { Headers = { ContentType = new("text/csv") } };
        using var response = await app.PostAsync("api/uploads/customers", content, cancellationToken);
        var accepted = response.IsSuccessStatusCode ? await response.Content.ReadFromJsonAsync<UploadStatus>(DemoJson.Options, cancellationToken) : null;
        return accepted ?? throw new DemoException($"POST /api/uploads/customers answered {(int)response.StatusCode}.");
    }

    private async Task<UploadStatus> FollowAsync(HttpClient app, UploadStatus upload, IProgress<DemoProgress> progress, CancellationToken cancellationToken)
    {
        while (!upload.HasEnded)
        {
            await Task.Delay(Poll, time, cancellationToken);
            upload = await app.GetFromJsonAsync<UploadStatus>($"api/uploads/{upload.Id}", DemoJson.Options, cancellationToken)
                ?? throw new DemoException($"GET api/uploads/{upload.Id} answered nothing.");
            progress.Report(new DemoProgress(upload.Percent, FormattableString.Invariant($"{upload.Rows:N0} rows")));
        }

        return upload;
    }

    /// <summary>The status of an upload as the app's API tells it.</summary>
    private sealed record UploadStatus(string Id, string? Status, long Rows, long Accepted, long Rejected, double Percent, string? Error)
    {
        public bool HasEnded => Status is "completed" or "failed" or "refused";
    }
}
