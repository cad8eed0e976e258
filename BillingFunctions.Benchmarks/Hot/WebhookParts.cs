using System.Text;
using BenchmarkDotNet.Attributes;
using BillingFunctions.Platform.Stripe;
using BillingFunctions.Simulators.Stripe.Load;
using BillingFunctions.Testing.Builders;
using BillingFunctions.Testing.Fakes;
using BillingFunctions.Webhooks;
using BillingFunctions.Webhooks.Applying;
using Microsoft.Extensions.Options;
using SimulatedSignature = BillingFunctions.Simulators.Stripe.Webhooks.WebhookSignature;

namespace BillingFunctions.Benchmarks.Hot;

/// <summary>What each webhook takes before it is stored.</summary>
public class WebhookParts
{
    private byte[] _body = [];
    private string _header = "";
    private WebhookSignature _signature = null!;

    /// <summary>Of 2.5 to 5 kB.</summary>
    [Params("invoice.paid", "customer.updated")]
    public string Type { get; set; } = "";

    [GlobalSetup]
    public void Setup()
    {
        var now = DateTimeOffset.UnixEpoch.AddYears(56);
        var json = EventLoad.Generate(customers: 1, now).Single(one => one.Type == Type).Json;
        _body = Encoding.UTF8.GetBytes(json);
        _header = SimulatedSignature.Header(json, now, WebhookRequestBuilder.Secret);
        _signature = new WebhookSignature(Options.Create(new StripeOptions { WebhookSecrets = WebhookRequestBuilder.Secret }), new ClockFake(now));
        if (!Verify())
        {
            throw new InvalidOperationException("The signature must be valid.");
        }
    }

    [Benchmark(Description = "webhook, signature verified")]
    public bool Verify() => _signature.IsValid(_body, _header);

    [Benchmark(Description = "webhook, event read")]
    public StripeEvent Read() => StripeEvent.Parse(_body);
}
