namespace Stripe;

/// <summary>A client of Stripe's API. Thread-safe; keep one for the life of the process.</summary>
public class StripeClient : IStripeClient
{
    private readonly StripeClientOptions _options;

    /// <summary>Builds a client from loose settings; null takes the default.</summary>
    /// <exception cref="ArgumentException"><paramref name="apiKey"/> is empty or contains white space.</exception>
    public StripeClient(
        string? apiKey = null,
        string? clientId = null,
        IHttpClient? httpClient = null,
        string? apiBase = null,
        string? connectBase = null,
        string? filesBase = null,
        string? meterEventsBase = null)
        : this(new StripeClientOptions
        {
            ApiKey = apiKey,
            ClientId = clientId,
            HttpClient = httpClient,
            ApiBase = apiBase,
            ConnectBase = connectBase,
            FilesBase = filesBase,
            MeterEventsBase = meterEventsBase,
        })
    {
    }

    /// <summary>Builds a client; later changes to <paramref name="options"/> do not touch it.</summary>
    /// <exception cref="ArgumentException">The API key is empty or contains white space.</exception>
    public StripeClient(StripeClientOptions options)
    {
        _options = options?.Clone() ?? new StripeClientOptions();
        if (_options.ApiKey is { } key && (key.Length == 0 || key.Any(char.IsWhiteSpace)))
        {
            throw new ArgumentException("The API key must neither be empty nor contain white space.", nameof(options));
        }

        HttpClient = _options.HttpClient ?? new SystemNetHttpClient();
        V1 = new V1Services(this);
    }

    public static string DefaultApiBase => "https://api.stripe.com";

    public static string DefaultConnectBase => "https://connect.stripe.com";

    public static string DefaultFilesBase => "https://files.stripe.com";

    public static string DefaultMeterEventsBase => "https://meter-events.stripe.com";

    public string ApiBase => _options.ApiBase ?? DefaultApiBase;

    public string? ApiKey => _options.ApiKey;

    public string? ClientId => _options.ClientId;

    public string ConnectBase => _options.ConnectBase ?? DefaultConnectBase;

    public string FilesBase => _options.FilesBase ?? DefaultFilesBase;

    public string MeterEventsBase => _options.MeterEventsBase ?? DefaultMeterEventsBase;

    public IHttpClient HttpClient { get; }

    /// <summary>The services of API version 1.</summary>
    public virtual V1Services V1 { get; }

    /// <inheritdoc/>
    public async Task<T> RequestAsync<T>(
        HttpMethod method, string path, BaseOptions? options, RequestOptions? requestOptions, CancellationToken cancellationToken = default)
        where T : IStripeEntity
    {
        var request = BuildRequest(method, path, options, requestOptions);
        return ResponseReader.Read<T>(await HttpClient.MakeRequestAsync(request, cancellationToken));
    }

    /// <inheritdoc/>
    public async Task<Stream> RequestStreamingAsync(
        HttpMethod method, string path, BaseOptions? options, RequestOptions? requestOptions, CancellationToken cancellationToken = default)
    {
        var request = BuildRequest(method, path, options, requestOptions);
        var response = await HttpClient.MakeStreamingRequestAsync(request, cancellationToken);
        return response.StatusCode == System.Net.HttpStatusCode.OK
            ? response.Body
            : throw ResponseReader.ErrorOf(await response.ToStripeResponseAsync());
    }

    private StripeRequest BuildRequest(HttpMethod method, string path, BaseOptions? options, RequestOptions? requestOptions)
        => new(method, StripeRequest.BuildUri(ApiBase, method, path, options), options, RequestOptions.Merge(requestOptions, _options));
}
