using BillingFunctions.Testing.Builders;
using BillingFunctions.Testing.Drivers;
using BillingFunctions.Testing.Fakes;
using BillingFunctions.Testing.Processes;
using BillingFunctions.Tests.Fixtures;

namespace BillingFunctions.Tests.CustomerUploads;

public sealed class UploadReliabilityTests(AzuriteFixture azurite)
{
    [Fact]
    public async Task Upload_KilledInTheMiddle_CarriesOnWithoutRepetition()
    {
        const int Rows = 30_000;
        await using var stripe = await StripeFake.StartAsync();
        await using var app = await BillingApp.StartAsync(azurite.NewAccount(), stripe);
        var uploads = new UploadsDriver(app);
        var id = await uploads.UploadAsync(CustomerCsvBuilder.File(CustomerCsvBuilder.Lines(Enumerable.Range(0, Rows), IdOf)));

        await Poll.UntilAsync(() => uploads.GetAsync(id), upload => upload.GetProperty("rows").GetInt64() >= 10_000);
        await app.KillAsync();
        await app.StartAsync();
        var before = await uploads.GetAsync(id);
        using var resumed = await app.Http.PostAsync($"api/uploads/{id}/resume", null);

        // Else the queue does it by itself, ten minutes after the kill.
        var upload = await uploads.EndAsync(id, TimeSpan.FromMinutes(2));
        Assert.InRange(before.GetProperty("rows").GetInt64(), 10_000, Rows - 1);
        Assert.Equal(("completed", Rows, Rows - (Rows / 1000), Rows / 1000), UploadsDriver.Counts(upload));
        Assert.Equal((Rows / 1000) + 1, (await uploads.ErrorsAsync(id)).Split("\r\n", StringSplitOptions.RemoveEmptyEntries).Length);
        Assert.Equal($"c{Rows - 1}@example.com", (await uploads.CustomerAsync($"{Rows - 1}")).GetProperty("email").GetString());
    }

    /// <summary>One in a thousand has the id of the first row.</summary>
    private static string IdOf(int number) => $"{(number % 1000 == 500 ? 0 : number)}";
}
