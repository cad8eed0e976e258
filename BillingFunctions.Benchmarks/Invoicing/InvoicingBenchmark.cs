using System.Diagnostics;
using System.Globalization;
using BillingFunctions.Benchmarks.Reports;
using BillingFunctions.Benchmarks.Storage;
using BillingFunctions.Simulators.Amounts;
using BillingFunctions.Testing.Drivers;
using BillingFunctions.Testing.Processes;

namespace BillingFunctions.Benchmarks.Invoicing;

/// <summary>How many invoices a second go from the run over the amount to the mail, and what an invoice costs in calls to storage and messages.</summary>
internal static class InvoicingBenchmark
{
    private const int CountedCustomers = 500;
    private const int WarmUpCustomers = 200;
    private const string Sent = "sent";

    /// <param name="figures">Takes the figures.</param>
    /// <param name="options">How many customers are billed.</param>
    public static async Task<int> RunAsync(FigureReport figures, string[] options)
    {
        var customers = options.Length > 0 ? int.Parse(options[0], CultureInfo.InvariantCulture) : 5_000;
        figures.Note("customers", customers);
        await using var emulator = await StorageEmulator.StartAsync();
        await CountAsync(figures, emulator);
        var storage = emulator.NewAccount();
        var raw = await RawStorage.MeasureAsync(storage);
        raw.AddTo(figures);
        await using var driver = await InvoicingDriver.StartAsync(storage, new AmountSimulatorOptions());
        var month = await BillAsync(figures, driver, emulator, customers);
        var all = WarmUpCustomers + customers;
        var wrong = CountWrong(driver, all);
        figures.Add("from run to mail", customers / month.Mailed.TotalSeconds, "invoices/s", new Yardstick(raw.InsertsPerSecond, "single inserts/s"));
        figures.Add("all mails at the server after", month.Mailed.TotalSeconds, "s");
        figures.Add("month completed after", month.Completed.TotalSeconds, "s");
        figures.Add("customers without their one mail", wrong, "customers", Bound.AtMost(0));
        return wrong == 0 && month.Sent == all ? 0 : 1;
    }

    /// <summary>Bills some customers through proxies that count. They see the app's own account; the durable engine and its host have another.</summary>
    private static async Task CountAsync(FigureReport figures, StorageEmulator emulator)
    {
        await using var counted = await CountedStorage.StartAsync(emulator);
        var storage = emulator.NewAccount();
        await using var driver = await InvoicingDriver.StartAsync(emulator.NewAccount(), new AmountSimulatorOptions(), ("BillingStorage", counted.Of(storage)));
        await InvoicingJobsDriver.SeedAsync(new(storage), driver.Customers(CountedCustomers));
        var before = counted.Traffic;
        await RunAsync(driver, CountedCustomers);
        var traffic = counted.Traffic.Since(before);
        figures.Add("storage", PerInvoice(traffic.Calls), "calls an invoice");
        figures.Add("storage, writes of tables", PerInvoice(traffic.TableWrites), "calls an invoice", Bound.AtMost(4));
        figures.Add("storage, messages", PerInvoice(traffic.Messages), "messages an invoice", Bound.AtMost(2));
        figures.Add("storage, bodies", PerInvoice(traffic.Bytes), "bytes an invoice");
    }

    /// <summary>Bills a few customers, so that the app is warm, and then the others in a second run of the month.</summary>
    private static async Task<(TimeSpan Mailed, TimeSpan Completed, int Sent)> BillAsync(FigureReport figures, InvoicingDriver driver, StorageEmulator emulator, int customers)
    {
        var all = driver.Customers(WarmUpCustomers + customers);
        await driver.SeedAsync(all.Take(WarmUpCustomers));
        await RunAsync(driver, WarmUpCustomers);
        await driver.EndAsync(TimeSpan.MaxValue);
        await driver.SeedAsync(all.Skip(WarmUpCustomers));
        var (cpu, clock) = (new CpuTime(driver.App, emulator), Stopwatch.StartNew());
        await RunAsync(driver, all.Count);
        var mailed = clock.Elapsed;
        cpu.AddTo(figures, customers, "an invoice");
        var report = await driver.EndAsync(TimeSpan.MaxValue);
        return (mailed, clock.Elapsed, InvoicingDriver.CountOf(report, Sent));
    }

    /// <summary>Starts the run, and waits until the mail server has as many mails as there are customers.</summary>
    private static async Task RunAsync(InvoicingDriver driver, int customers)
    {
        await driver.StartRunAsync();
        await Poll.UntilAsync(() => Task.FromResult(driver.Smtp.Mails.Count), count => count >= customers, timeout: TimeSpan.MaxValue, every: TimeSpan.FromMilliseconds(50));
    }

    private static int CountWrong(InvoicingDriver driver, int customers)
    {
        var mails = driver.Recipients().CountBy(address => address).ToDictionary();
        return driver.Customers(customers).Count(customer => mails.GetValueOrDefault(customer.Email) != 1);
    }

    private static double PerInvoice(long count) => (double)count / CountedCustomers;
}
