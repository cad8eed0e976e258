using System.Collections.Concurrent;
using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Azure.Core.Pipeline;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace BillingFunctions.Tests.Fixtures;

/// <summary>A server with TLS that keeps the requests' headers and answers as it is told.</summary>
internal sealed class StorageStub : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly X509Certificate2 _certificate;

    private StorageStub(WebApplication app, X509Certificate2 certificate)
    {
        _app = app;
        _certificate = certificate;
    }

    /// <summary>Every request's headers, in order of arrival.</summary>
    public ConcurrentQueue<IReadOnlyDictionary<string, string>> Requests { get; } = new();

    public Uri Address { get; private set; } = null!;

    /// <param name="answer">Answers the n-th request, from 1.</param>
    public static async Task<StorageStub> StartAsync(Func<int, HttpContext, Task> answer)
    {
        var certificate = SelfSigned();
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelHttpsConfiguration();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen => listen.UseHttps(certificate)));
        var stub = new StorageStub(builder.Build(), certificate);
        stub._app.Run(context =>
        {
            // The server uses its own dictionary again for the next request.
            var headers = context.Request.Headers.ToDictionary(header => header.Key, header => header.Value.ToString(), StringComparer.OrdinalIgnoreCase);
            stub.Requests.Enqueue(headers);
            return answer(stub.Requests.Count, context);
        });
        await stub._app.StartAsync();
        var addresses = stub._app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!;
        stub.Address = new Uri(addresses.Addresses.Single() + "/account");
        return stub;
    }

    /// <summary>A transport that trusts this server alone.</summary>
    public HttpClientTransport Transport() => new(new SocketsHttpHandler
    {
        SslOptions =
        {
            CertificateChainPolicy = new X509ChainPolicy
            {
                TrustMode = X509ChainTrustMode.CustomRootTrust,
                CustomTrustStore = { _certificate },
                RevocationMode = X509RevocationMode.NoCheck,
            },
        },
    });

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        _certificate.Dispose();
    }

    /// <summary>A certificate of <c>localhost</c> and 127.0.0.1, to be disposed.</summary>
    public static X509Certificate2 SelfSigned()
    {
        using var key = RSA.Create(2048);
        var request = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        var names = new SubjectAlternativeNameBuilder();
        names.AddIpAddress(IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        var now = TimeProvider.System.GetUtcNow();
        using var made = request.CreateSelfSigned(now.AddDays(-1), now.AddDays(1));
        return X509CertificateLoader.LoadPkcs12(made.Export(X509ContentType.Pfx), password: null);
    }
}
