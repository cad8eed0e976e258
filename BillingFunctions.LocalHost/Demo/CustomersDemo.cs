using BillingFunctions.LocalHost.Client;

namespace BillingFunctions.LocalHost.Demo;

/// <summary>Creates customers, and follows them into the connected systems.</summary>
internal sealed class CustomersDemo(TimeProvider time) : IDemoStep
{
    private const int Count = 40;

    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(250);

    public string Route => "api/tasks/{id}";

    public async Task RunAsync(ApiClient app, JobConsole console, CancellationToken cancellationToken)
    {
        var (began, tasks) = (time.GetTimestamp(), Array.Empty<CustomerTask>());
        await console.ProgressAsync("Customers", async progress =>
        {
            tasks = await Task.WhenAll(Enumerable.Range(1, Count).Select(number => CustomerTask.CreateAsync(app, $"Customer {number}", $"customer{number}@example.com", cancellationToken)));
            while (!Array.TrueForAll(tasks, task => task.HasEnded))
            {
                await Task.Delay(Look, time, cancellationToken);
                tasks = await Task.WhenAll(tasks.Select(task => task.HasEnded ? Task.FromResult(task) : task.ReadAsync(app, cancellationToken)));
                var done = tasks.Count(task => task.HasEnded);
                progress.Report(new JobProgress(100.0 * done / Count, FormattableString.Invariant($"{done} of {Count} in every system")));
            }
        });
        if (Array.Find(tasks, task => task.Status != "succeeded") is { } failed)
        {
            throw new JobException($"Customer {failed.CustomerId}: {failed.Error}");
        }

        console.WriteLine(FormattableString.Invariant($"Customers: {Count} created in {string.Join(" and ", tasks[0].Connectors.Select(part => part.Connector))} after {time.GetElapsedTime(began).TotalSeconds:0.0} s."));
        console.WriteFields(
            ("Customer", $"{app.Address}api/customers/{tasks[0].CustomerId}"),
            ("Task", $"{app.Address}{tasks[0].Path}"),
            ("Systems", $"{app.Address}api/connectors"));
    }
}
