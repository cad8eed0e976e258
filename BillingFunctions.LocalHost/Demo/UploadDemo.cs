using System.Globalization;
using System.Text;
using BillingFunctions.LocalHost.Client;
using BillingFunctions.LocalHost.Services;

namespace BillingFunctions.LocalHost.Demo;

/// <summary>Writes a CSV file of sample customers to <c>.local/uploads</c> and uploads it.</summary>
internal sealed class UploadDemo(string root) : IDemoStep
{
    private const int Customers = 60;
    private static readonly string[] Names = ["Ada", "Blaise", "Carl", "Dorothy", "Emmy", "Fibonacci", "Grace", "Hypatia"];

    public string Route => "api/uploads/customers";

    public async Task RunAsync(ApiClient app, JobConsole console, CancellationToken cancellationToken)
    {
        var csv = new FileInfo(Path.Combine(LocalFolder.Create(root, "uploads"), "customers.csv"));
        await File.WriteAllTextAsync(csv.FullName, SampleFile(), cancellationToken);
        var started = await CustomerUpload.StartAsync(app, csv, dryRun: false, cancellationToken);
        var upload = await started.FinishAsync(app, console, cancellationToken);

        console.WriteLine(upload.Summary);
        console.WriteFields(
            ("CSV", csv.FullName),
            ("Status", $"{app.Address}{upload.Path}"),
            ("Errors", $"{app.Address}{upload.Path}/errors.csv"));
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
}
