using System.Globalization;
using BillingFunctions.LocalHost.Client;
using BillingFunctions.LocalHost.Services;

namespace BillingFunctions.LocalHost.Demo;

/// <summary>Bills last month: amounts are looked up at an API that fails now and then, and each customer gets one mail.</summary>
internal sealed class InvoicingDemo(string root, LocalEnvironment local, TimeProvider time) : IDemoStep
{
    public string Route => "api/invoicing/{month}/runs";

    public async Task RunAsync(ApiClient app, JobConsole console, CancellationToken cancellationToken)
    {
        var started = await InvoicingMonth.StartAsync(app, time.GetUtcNow().AddMonths(-1).ToString("yyyy-MM", CultureInfo.InvariantCulture), cancellationToken);
        var month = await started.FinishAsync(app, console, cancellationToken);
        var csv = new OutputFile(Path.Combine(LocalFolder.Create(root, "reports"), $"{month.Month}.csv"));
        await month.SaveAsync(app, csv, cancellationToken);

        console.WriteLine(month.Summary);
        console.WriteFields(
            ("Mails", $"{local.Services.FirstOrDefault(service => service.Name == LocalMail.Name)?.Where}"),
            ("CSV", csv.Path),
            ("Report", $"{app.Address}{month.Path}"),
            ("Invoices", $"{app.Address}{month.Path}/invoices"));
    }
}
