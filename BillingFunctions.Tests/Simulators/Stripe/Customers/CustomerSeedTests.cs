using BillingFunctions.Simulators.Stripe.Customers;

namespace BillingFunctions.Tests.Simulators.Stripe.Customers;

public sealed class CustomerSeedTests
{
    [Theory]
    [InlineData(1, 1)]
    [InlineData(4, 50)]
    [InlineData(0.5, 3)]
    public void CreatedAt_AnySkewAndBurst_NeverGoesBackAndStaysInTheSpan(double skew, int burst)
    {
        var options = new CustomerSeedOptions { Count = 20_000, Skew = skew, Burst = burst, Span = TimeSpan.FromDays(2) };
        var seed = new CustomerSeed(options);

        var times = Enumerable.Range(0, options.Count).Select(seed.CreatedAt).ToList();

        Assert.Equal(times.Order(), times);
        Assert.Equal(options.From.ToUnixTimeSeconds(), times[0]);
        Assert.InRange(times[^1], times[0], (options.From + options.Span).ToUnixTimeSeconds() - 1);
        Assert.All(Enumerable.Range(0, 200), i => Assert.Equal(times.Count(at => at < times[i * 100]), seed.CountBefore(times[i * 100])));
    }

    [Fact]
    public void Build_SameSeed_GivesTheSameAndAnotherSeedOthers()
    {
        var (first, again, other) = (Names(1), Names(1), Names(2));

        Assert.Equal(first, again);
        Assert.NotEqual(first, other);

        static List<string?> Names(int seed)
        {
            var customers = new CustomerSeed(new CustomerSeedOptions { Count = 100, Seed = seed });
            return [.. Enumerable.Range(0, 100).Select(number => customers.Build(number).Name)];
        }
    }

    [Fact]
    public void Build_Many_HasAwkwardTextsOfEachKind()
    {
        var seed = new CustomerSeed(new CustomerSeedOptions { Count = 5_000 });

        var names = Enumerable.Range(0, 5_000).Select(number => seed.Build(number).Name!).ToHashSet();

        Assert.All(SampleText.AwkwardNames, awkward => Assert.Contains(awkward, names));
    }

    [Fact]
    public void Id_OfAnyNumber_ReadsBackAndSortsLikeIt()
    {
        var numbers = Enumerable.Range(0, 5_000).Select(i => new CustomerNumber(i * 7_919, IsSeeded: true)).ToList();
        var ids = numbers.ConvertAll(number => number.ToId());

        Assert.All(numbers.Zip(ids), pair => Assert.True(CustomerNumber.TryParse(pair.Second, out var number) && number == pair.First));
        Assert.Equal(ids.Order(StringComparer.Ordinal), ids);
        Assert.Equal(ids.Count, ids.Distinct().Count());
        Assert.False(CustomerNumber.TryParse(ids[1][..^1] + "!", out _));
        Assert.False(CustomerNumber.TryParse("cus_0000000!!!!!!!", out _));
    }
}
