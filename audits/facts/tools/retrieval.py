"""Stores and indexes that are searched, and the words by which own code says that it searches."""

RETRIEVAL = {
    "python": (
        "chromadb", "pinecone", "weaviate", "qdrant_client", "faiss", "pymilvus", "lancedb",
        "pgvector", "opensearchpy", "langchain_community.vectorstores", "langchain.vectorstores",
        "langchain_chroma", "langchain_pinecone", "langchain_postgres", "langchain_qdrant",
        "langchain_milvus", "langchain_weaviate", "langchain_elasticsearch", "langchain_mongodb",
        "langchain_community.retrievers", "llama_index.core.VectorStoreIndex",
        "llama_index.VectorStoreIndex", "llama_index.vector_stores", "llama_index.core.indices",
        "redisvl", "azure.search.documents", "marqo", "vespa", "annoy", "hnswlib", "usearch",
        "turbopuffer", "haystack.document_stores", "haystack_integrations.document_stores",
        "langchain_astradb", "txtai", "voyager", "sqlite_vec", "rank_bm25",
        "llama_index.core.load_index_from_storage", "langchain_core.vectorstores",
        "langchain_redis", "langchain_neo4j", "langchain_aws.retrievers",
        "langchain_aws.AmazonKnowledgeBasesRetriever",
        "langchain_google_community.VertexAISearchRetriever", "langchain.retrievers",
        "llama_index.core.retrievers", "llama_index.retrievers", "llama_index.GPTVectorStoreIndex",
        "llama_index.indices", "vertexai.rag",
        "vertexai.preview.rag", "google.cloud.discoveryengine",
        "elasticsearch.helpers.vectorstore", "embedchain", "lightrag", "graphrag", "paperqa",
        "ragatouille", "cognee", "bm25s", "tantivy", "whoosh", "haystack.components.retrievers",
        "haystack.nodes.BM25Retriever", "haystack.nodes.EmbeddingRetriever", "vecs",
        "semantic_kernel.connectors.memory", "deeplake", "pynndescent", "meilisearch", "typesense",
        "upstash_vector", "zep_python", "agno.vectordb", "agno.knowledge", "phi.vectordb",
        "phi.knowledge", "crewai_tools.RagTool", "ragflow_sdk", "llmware.retrieval", "kotaemon",
    ),
    "script": (
        "@pinecone-database/pinecone", "chromadb", "@qdrant/js-client-rest", "weaviate-ts-client",
        "weaviate-client", "@langchain/pinecone", "@langchain/community/vectorstores",
        "langchain/vectorstores", "@langchain/core/vectorstores", "@langchain/qdrant",
        "@langchain/weaviate", "@langchain/mongodb", "@langchain/redis",
        "@zilliz/milvus2-sdk-node", "@lancedb/lancedb", "vectordb", "hnswlib-node", "faiss-node",
        "@upstash/vector", "@azure/search-documents", "langchain/retrievers",
        "@langchain/classic/vectorstores", "@supabase/vecs", "pgvector",
        "@langchain/community/retrievers", "@langchain/elasticsearch", "@langchain/cloudflare",
        "@langchain/classic/retrievers", "langchain/chains/retrieval",
        "llamaindex.VectorStoreIndex", "llamaindex.storageContextFromDefaults",
        "@llamaindex/pinecone", "@llamaindex/qdrant", "@llamaindex/chroma", "@llamaindex/postgres",
        "@llamaindex/upstash", "@mastra/rag", "@mastra/pg", "@mastra/pinecone", "@mastra/vector",
        "ai.cosineSimilarity", "drizzle-orm.cosineDistance", "drizzle-orm.l2Distance",
        "drizzle-orm.innerProduct", "compute-cosine-similarity", "@orama/orama", "minisearch",
        "voy-search", "vectra", "@turbopuffer/turbopuffer", "@genkit-ai/dev-local-vectorstore",
        "genkitx-pinecone", "genkitx-chromadb", "@aws-sdk/client-bedrock-agent-runtime",
        "@upstash/rag-chat", "@upstash/search", "meilisearch", "typesense", "sqlite-vec",
        "sqlite-vss", "weaviate-ts-embedded", "@chroma-core", "cohere-ai.rerank",
    ),
    "go": (
        "github.com/qdrant/go-client", "github.com/pinecone-io/go-pinecone",
        "github.com/weaviate/weaviate-go-client", "github.com/milvus-io",
        "github.com/tmc/langchaingo/vectorstores", "github.com/pgvector/pgvector-go",
        "github.com/philippgille/chromem-go", "github.com/amikos-tech/chroma-go",
        "github.com/blevesearch/bleve",
    ),
    "java": (
        "dev.langchain4j.store.embedding", "org.springframework.ai.vectorstore",
        "dev.langchain4j.rag", "com.pgvector", "io.milvus", "io.qdrant", "io.pinecone",
    ),
    "rust": (
        "qdrant_client", "lancedb", "pgvector", "tantivy", "fastembed", "hnsw_rs", "usearch",
        "rig_lancedb", "rig_qdrant",
    ),
    "csharp": (
        "Azure.Search.Documents", "Qdrant.Client", "Pgvector", "Microsoft.KernelMemory",
        "Microsoft.Extensions.VectorData", "Microsoft.SemanticKernel.Connectors.Qdrant",
        "Pinecone", "Weaviate.Client",
    ),
    "r": (
        "ragnar", "RcppAnnoy",
    ),
    "ruby": (
        "OpenSearch", "Pinecone", "Qdrant", "Weaviate", "Chroma", "Langchain.Vectorsearch",
        "Pgvector", "Neighbor",
    ),
    "php": (
        "Qdrant", "Pgvector", "Probots.Pinecone", "LLPhant.Embeddings.VectorStores",
        "Pgvector.Laravel", "NeuronAI.RAG",
    ),
}  # fmt: skip
"""Packages by language; `script` is JavaScript and TypeScript."""

METHODS = frozenset({
    "similarity_search", "similarity_search_with_score", "similarity_search_by_vector",
    "asimilarity_search", "similaritySearch", "similaritySearchWithScore",
    "similaritySearchVectorWithScore", "max_marginal_relevance_search",
    "maxMarginalRelevanceSearch", "as_retriever", "asRetriever", "as_query_engine",
    "asQueryEngine", "get_relevant_documents", "getRelevantDocuments", "cosine_distance",
    "l2_distance", "max_inner_product", "nearest_neighbors", "nearestNeighbors", "vectorSearch",
    "findNearest", "retrieve_and_generate",
})  # fmt: skip
"""Methods that only an index has, whatever it is called on."""

SEEKING = frozenset(
    {"find", "search", "retrieve", "query", "match", "lookup", "fetch", "get", "select"}
)
"""Words by which the name of a function that looks something up begins."""

BY_MEANING = frozenset({"similar", "similarity", "relevant", "nearest", "closest", "semantic"})

OF_AN_INDEX = frozenset(
    {"chunk", "chunks", "passage", "passages", "embedding", "embeddings", "vectors"}
)
"""What is only looked up in an index; the word before must say more than `get`."""

TEXTS = OF_AN_INDEX | {
    "document", "documents", "doc", "docs", "content", "contents", "context", "contexts", "text",
    "texts", "node", "nodes", "snippet", "snippets", "knowledge", "memories", "section",
    "sections", "sources", "articles", "pages", "paragraphs",
}  # fmt: skip

SEARCHES = frozenset({"vector", "similarity", "semantic", "hybrid"})
"""Words that make a `search` one by meaning."""

DOES = frozenset({"search", "perform", "do", "run", "execute", *SEARCHES})
"""Words by which the name of such a search begins."""

PROCEDURES = frozenset(
    {"match", "search", "similar", "similarity", "semantic", "hybrid", "vector", "nearest"}
)
"""Words in the names of procedures of a database that search by meaning."""
