namespace BillingFunctions.Local.Storage;

/// <summary>A storage connection string: the account, its key and where its services are.</summary>
internal sealed class StorageConnectionString
{
    private const string DevelopmentAccount = "devstoreaccount1";

    // Published by Microsoft for every emulator; it protects nothing.
    private const string DevelopmentKey =
        "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==";

    private readonly Dictionary<string, string> _settings = new(StringComparer.OrdinalIgnoreCase);

    private StorageConnectionString(string text)
    {
        foreach (var part in text.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            var equals = part.IndexOf('=', StringComparison.Ordinal);
            if (equals <= 0)
            {
                throw Malformed("Settings must be of the form \"name=value\".");
            }

            _settings[part[..equals].TrimEnd()] = part[(equals + 1)..].TrimStart();
        }

        if (IsDevelopment)
        {
            _settings["AccountName"] = DevelopmentAccount;
            _settings["AccountKey"] = DevelopmentKey;
        }
    }

    /// <summary>The key to sign with.</summary>
    public AccountKey Key
    {
        get
        {
            try
            {
                return new AccountKey(Required("AccountName"), Required("AccountKey"));
            }
            catch (FormatException)
            {
                throw Malformed("The account key is not base64.");
            }
        }
    }

    /// <summary>Where blobs are, without a slash at the end.</summary>
    public Uri BlobEndpoint => Endpoint("Blob", 10000);

    /// <summary>Where queues are, without a slash at the end.</summary>
    public Uri QueueEndpoint => Endpoint("Queue", 10001);

    /// <summary>Where tables are, without a slash at the end.</summary>
    public Uri TableEndpoint => Endpoint("Table", 10002);

    private bool IsDevelopment => _settings.TryGetValue("UseDevelopmentStorage", out var value) && bool.TryParse(value, out var on) && on;

    /// <exception cref="FormatException">The text is no connection string with an account and a key.</exception>
    public static StorageConnectionString Parse(string text)
    {
        ArgumentException.ThrowIfNullOrEmpty(text, "connectionString");
        return new StorageConnectionString(text);
    }

    private Uri Endpoint(string service, int developmentPort)
    {
        if (_settings.TryGetValue(service + "Endpoint", out var given))
        {
            return new Uri(given.TrimEnd('/'));
        }

        if (IsDevelopment)
        {
            var proxy = _settings.GetValueOrDefault("DevelopmentStorageProxyUri", "http://127.0.0.1").TrimEnd('/');
            return new Uri($"{proxy}:{developmentPort}/{DevelopmentAccount}");
        }

        var protocol = _settings.GetValueOrDefault("DefaultEndpointsProtocol", "https");
        var suffix = _settings.GetValueOrDefault("EndpointSuffix", "core.windows.net");
        return new Uri($"{protocol}://{Required("AccountName")}.{service.ToLowerInvariant()}.{suffix}");
    }

    private string Required(string name) =>
        _settings.TryGetValue(name, out var value) && value.Length > 0 ? value : throw Malformed($"{name} is missing.");

    // Names what is wrong and never repeats the text, which holds a secret.
    private static FormatException Malformed(string why) => new($"The storage connection string is not valid. {why}");
}
